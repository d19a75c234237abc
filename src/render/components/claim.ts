import {
  compareClaim,
  describeCertainty,
  describeIndecision,
  describeRecorded,
  describeTest,
  formatterOf,
} from "../../results/claim-texts.ts";
import type { ReportClaim } from "../../results/report-claims.ts";
import { isOwnWording, nameEstimate } from "../../words/metric-names.ts";
import { capitalize, join, joinSentences, sentence } from "../../words/punctuation.ts";
import { say } from "../../words/say.ts";
import { nameVariant } from "../text/variant-name.ts";

/**
 * Id of a claim's callout. Ids of headings are made of words and contain no full stop, so the two kinds never collide.
 */
export function claimId({ number }: ReportClaim): string {
  return `claim.${number}`;
}

/**
 * The evidence of a claim in up to three sentences (comparison, certainty, recorded value): `Ratio of peak live memory
 * 20.4, claimed above 2. Exact. Recorded: 3.63.`
 */
export function describeEvidence(listed: Pick<ReportClaim, "claim" | "original" | "correction">): string {
  const { claim } = listed;
  const { estimate } = claim;
  // An id, and the label of the author's own metric, are not translated.
  const { label } = estimate;
  const name = label === "" ? capitalize(say("value")) : isOwnWording(label) ? capitalize(nameEstimate(label)) : label;
  const sentences = [
    say("claimed", { value: `${name} ${formatterOf(claim)(estimate.value)}`, test: describeTest(claim) }),
    join(
      [describeCertainty(claim), describeIndecision(listed)].filter((part) => part !== undefined),
      "semicolon",
    ),
    describeRecorded(claim),
  ];
  return joinSentences(
    sentences.flatMap((text, index) => (text === undefined ? [] : [sentence(index === 0 ? text : capitalize(text))])),
  );
}

/**
 * The evidence of a claim in two texts for the table of claims. `text`: the comparison. `note`: its certainty, the
 * recorded value, the variants.
 */
export function summarizeEvidence(listed: ReportClaim): { readonly text: string; readonly note: string } {
  const { claim, variants } = listed;
  const named = variants.map(nameVariant).filter((name) => name !== "");
  const notes = [
    describeCertainty(claim),
    describeIndecision(listed),
    describeRecorded(claim),
    join(named, "semicolon"),
  ];
  return { text: compareClaim(claim), note: notes.filter((note) => note !== undefined && note !== "").join(" · ") };
}

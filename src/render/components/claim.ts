import type { Claim } from "../../model/report-results.ts";
import {
  compareClaim,
  describeCertainty,
  describeRecorded,
  describeTest,
  formatterOf,
} from "../../results/claim-texts.ts";
import type { ReportClaim } from "../../results/report-claims.ts";
import { nameVariant } from "../text/variant-name.ts";

/** Anchor of a claim's callout. Anchors of headings are made of words and contain no full stop, so the two never collide. */
export function claimId({ number }: ReportClaim): string {
  return `claim.${number}`;
}

/** `Ratio of peak live memory 20.4, claimed above 2. Exact. Recorded: 3.63.` */
export function describeEvidence(claim: Claim): string {
  const { estimate, verdict } = claim;
  const name = capitalise(estimate.label === "" ? "value" : estimate.label);
  const why = verdict === "undecided" && estimate.confidence !== 0 ? "the interval does not decide" : undefined;
  const sentences = [
    `${name} ${formatterOf(claim)(estimate.value)}, claimed ${describeTest(claim)}`,
    [describeCertainty(claim), why].filter((part) => part !== undefined).join("; "),
    describeRecorded(claim),
  ];
  return sentences.flatMap((text) => (text === undefined ? [] : [`${capitalise(text)}.`])).join(" ");
}

/** Evidence of one row of the table of claims. `text`: the comparison. `note`: its certainty, the recorded value, the variants. */
export function summarizeEvidence(listed: ReportClaim): { readonly text: string; readonly note: string } {
  const { claim, variants } = listed;
  const named = variants.map(nameVariant).filter((name) => name !== "");
  const notes = [describeCertainty(claim), describeRecorded(claim), named.join("; ")];
  return { text: compareClaim(claim), note: notes.filter((note) => note !== undefined && note !== "").join(" · ") };
}

export function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

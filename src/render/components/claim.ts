import {
  compareClaim,
  describeCertainty,
  describeIndecision,
  describeRecorded,
  describeTest,
  formatterOf,
  nameVerdict,
} from "../../results/claim-texts.ts";
import type { ReportClaim } from "../../results/report-claims.ts";
import { fillTemplate, html } from "../template.ts";
import { nameVariant } from "../text/variant.ts";
import { scaleClaim } from "./claim-scale.ts";
import { codedHtml, codedMarkdown } from "./coded-text.ts";

/** GitHub's alerts, which differ in word and colour. */
const ALERTS = { holds: "TIP", fails: "CAUTION", undecided: "WARNING" } as const;

/** What links lead to. Headings of the author's have no such ids: theirs are of their words. */
export function claimId({ number }: ReportClaim): string {
  return `claim.${number}`;
}

/** A claim as a callout: verdict, sentence, what was measured and what was claimed of it, and where that lies on a scale. */
export function renderClaim(listed: ReportClaim): string {
  const { claim, number } = listed;
  return fillTemplate("claim", {
    id: claimId(listed),
    number,
    verdict: claim.verdict,
    verdictName: capitalise(nameVerdict(claim.verdict)),
    sentence: html(codedHtml(claim.sentence)),
    evidence: describeEvidence(listed),
    scale: html(scaleClaim(claim)),
  });
}

/** The same as GitHub's alert. */
export function formatClaim(listed: ReportClaim): string {
  const { claim, number } = listed;
  return [
    `[!${ALERTS[claim.verdict]}]`,
    `<a id="${claimId(listed)}"></a>**Claim ${number}, ${nameVerdict(claim.verdict)}:** ${codedMarkdown(claim.sentence)}`,
    "",
    codedMarkdown(describeEvidence(listed)),
  ]
    .map((line) => `> ${line}`.trimEnd())
    .join("\n");
}

/** `Ratio of peak live memory 20.4, claimed above 2. Exact. Recorded: 3.63.` */
export function describeEvidence(listed: Pick<ReportClaim, "claim" | "original" | "correction">): string {
  const { claim } = listed;
  const { estimate } = claim;
  const name = capitalise(estimate.label === "" ? "value" : estimate.label);
  const sentences = [
    `${name} ${formatterOf(claim)(estimate.value)}, claimed ${describeTest(claim)}`,
    [describeCertainty(claim), describeIndecision(listed)].filter((part) => part !== undefined).join("; "),
    describeRecorded(claim),
  ];
  return sentences.flatMap((text) => (text === undefined ? [] : [`${capitalise(text)}.`])).join(" ");
}

/** One row of the table of claims: its numbers, and below them how sure they are and what the source found. */
export function describeRow(listed: ReportClaim): { readonly text: string; readonly note: string } {
  const { claim, variants } = listed;
  const named = variants.map(nameVariant).filter((name) => name !== "");
  const notes = [describeCertainty(claim), describeIndecision(listed), describeRecorded(claim), named.join("; ")];
  return { text: compareClaim(claim), note: notes.filter((note) => note !== undefined && note !== "").join(" · ") };
}

export function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

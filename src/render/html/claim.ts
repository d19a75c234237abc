import { nameVerdict } from "../../results/claim-texts.ts";
import type { ReportClaim } from "../../results/report-claims.ts";
import { capitalize } from "../../words/punctuation.ts";
import { say } from "../../words/say.ts";
import { claimId, describeEvidence } from "../components/claim.ts";
import { renderClaimScale } from "./claim-scale.ts";
import { renderCodedTextHtml } from "./coded-text.ts";
import { fillTemplate, html } from "./template.ts";

/**
 * Renders a claim as a callout: verdict, sentence, evidence in words, and a scale with the estimate, its interval and
 * the bounds.
 */
export function renderClaimHtml(listed: ReportClaim): string {
  const { claim, number } = listed;
  return fillTemplate("claim", {
    id: claimId(listed),
    name: say("claimNumber", { number }),
    number,
    verdict: claim.verdict,
    verdictName: capitalize(nameVerdict(claim.verdict)),
    sentence: html(renderCodedTextHtml(claim.sentence)),
    evidence: describeEvidence(listed),
    scale: html(renderClaimScale(claim)),
  });
}

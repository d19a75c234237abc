import { nameVerdict } from "../../results/claim-texts.ts";
import type { ReportClaim } from "../../results/report-claims.ts";
import { say } from "../../words/say.ts";
import { capitalise, claimId, describeEvidence } from "../components/claim.ts";
import { renderClaimScale } from "./claim-scale.ts";
import { renderCodedTextHtml } from "./coded-text.ts";
import { fillTemplate, html } from "./template.ts";

/** A claim as a callout: verdict, sentence, evidence in words, and a scale with the estimate, its interval and the bounds. */
export function renderClaimHtml(listed: ReportClaim): string {
  const { claim, number } = listed;
  return fillTemplate("claim", {
    id: claimId(listed),
    name: say("claimNumber", { number }),
    number,
    verdict: claim.verdict,
    verdictName: capitalise(nameVerdict(claim.verdict)),
    sentence: html(renderCodedTextHtml(claim.sentence)),
    evidence: describeEvidence(listed),
    scale: html(renderClaimScale(claim)),
  });
}

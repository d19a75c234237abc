import { nameVerdict } from "../../results/claim-texts.ts";
import type { ReportClaim } from "../../results/report-claims.ts";
import { join, withColon } from "../../words/punctuation.ts";
import { say } from "../../words/say.ts";
import { claimId, describeEvidence } from "../components/claim.ts";
import { renderAlert } from "./alert.ts";
import { renderCodedTextMarkdown } from "./coded-text.ts";

/** The GitHub alert for each verdict; GitHub shows each with its own word and colour. */
const ALERTS = { holds: "TIP", fails: "CAUTION", undecided: "WARNING" } as const;

/** Renders a claim as a GitHub alert: verdict, sentence and evidence. */
export function renderClaimMarkdown(listed: ReportClaim): string {
  const { claim, number } = listed;
  const name = join([say("claimNumber", { number }), nameVerdict(claim.verdict)], "comma");
  const verdict = `**${withColon(name, "").trimEnd()}**`;
  return renderAlert(
    ALERTS[claim.verdict],
    [
      `<a id="${claimId(listed)}"></a>${verdict} ${renderCodedTextMarkdown(claim.sentence)}`,
      "",
      renderCodedTextMarkdown(describeEvidence(listed)),
    ].join("\n"),
  );
}

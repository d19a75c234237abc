import { describeVerdicts, isListed } from "../../diff/texts.ts";
import type { ReportDiff, ResultsDiff } from "../../diff/types.ts";
import { describeRemarks, describeWholeDiff } from "../components/diff-remarks.ts";
import { tabulateClaimDiffs, tabulateLineDiffs, tabulateMetricDiffs } from "../components/diff-tables.ts";
import type { Table } from "../components/table.ts";
import { escapeMarkdown } from "./escape.ts";
import { renderTableMarkdown } from "./table.ts";

/**
 * Renders a comparison as GitHub Markdown, for a comment on a pull request. Differences are open, everything else is
 * folded.
 * @param all whether to list equal metrics too
 */
export function renderDiffMarkdown(diff: ResultsDiff, all: boolean): string {
  const parts = [
    `### Memory: ${escapeMarkdown(diff.before)} → ${escapeMarkdown(diff.after)}`,
    ...diff.reports.flatMap((report) => renderReport(report, diff, all)),
    ...list(describeWholeDiff(diff)),
  ];
  return `${parts.join("\n\n")}\n`;
}

function renderReport(report: ReportDiff, diff: ResultsDiff, all: boolean): string[] {
  const isDecided = (metric: ReportDiff["metrics"][number]): boolean =>
    ["worse", "better", "changed"].includes(metric.verdict);
  const open = { ...report, metrics: report.metrics.filter(isDecided) };
  const folded = {
    ...report,
    metrics: report.metrics.filter((metric) => !isDecided(metric) && (all || isListed(metric))),
  };
  return [
    `**${escapeMarkdown(report.title)}** · ${describeVerdicts(report.metrics)}`,
    ...table(tabulateMetricDiffs(open, diff, true)),
    ...table(tabulateClaimDiffs(report.claims)),
    ...list(describeRemarks(report, diff)),
    ...fold("Lines that allocate more or less", tabulateLineDiffs(report.lines, "allocated")),
    ...fold("Lines that keep more or less alive", tabulateLineDiffs(report.lines, "live")),
    ...fold("Metrics that are undecided or not compared", tabulateMetricDiffs(folded, diff, true)),
  ];
}

function table(shown: Table | undefined): string[] {
  return shown === undefined ? [] : [renderTableMarkdown(shown)];
}

function fold(summary: string, shown: Table | undefined): string[] {
  if (shown === undefined) return [];
  return [`<details><summary>${summary}</summary>\n\n${renderTableMarkdown(shown)}\n\n</details>`];
}

function list(sentences: readonly string[]): string[] {
  return sentences.length === 0 ? [] : [sentences.map((sentence) => `- ${escapeRemark(sentence)}`).join("\n")];
}

/** Escapes a sentence as Markdown, except for its code in backticks. */
function escapeRemark(sentence: string): string {
  return sentence
    .split("`")
    .map((part, index) => (index % 2 === 0 ? escapeMarkdown(part) : `\`${part}\``))
    .join("");
}

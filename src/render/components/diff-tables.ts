import { formatSignedBytes } from "../../analysis/format.ts";
import {
  describeClaimChange,
  formatEffect,
  formatEffectInterval,
  formatSide,
  isListed,
  nameMetric,
  nameMetricVerdict,
  namePlace,
  sortMetrics,
} from "../../diff/texts.ts";
import type { ClaimDiff, LineDiff, MetricDiff, ReportDiff, ResultsDiff } from "../../diff/types.ts";
import type { Table } from "./table.ts";

/** Most lines in a table of lines. */
const MOST_LINES = 10;

/**
 * Table of the metrics of one report, in the order of verdicts: worse metrics first.
 * @param all whether to list equal metrics too
 */
export function tabulateMetricDiffs(
  { metrics }: ReportDiff,
  { before, after }: Pick<ResultsDiff, "before" | "after">,
  all: boolean,
): Table | undefined {
  const listed = sortMetrics(metrics).filter((metric) => all || isListed(metric));
  if (listed.length === 0) return undefined;
  const columns = [
    { title: "Cell", numeric: false },
    { title: "Metric", numeric: false },
    { title: before, numeric: true },
    { title: after, numeric: true },
    { title: "Effect", numeric: true },
    { title: "Verdict", numeric: false },
  ];
  return { columns, rows: listed.map(toRow), total: listed.length };
}

function toRow(metric: MetricDiff): Table["rows"][number] {
  const { cell, params, unit, before, after, verdict, reason } = metric;
  const interval = formatEffectInterval(metric);
  return [
    { text: namePlace(cell, params) },
    { text: nameMetric(metric) },
    { text: formatSide(before, unit) },
    { text: formatSide(after, unit) },
    { text: formatEffect(metric), note: interval === "" || verdict === "same" ? undefined : interval },
    { text: nameMetricVerdict(verdict), note: reason ?? undefined },
  ];
}

/** Table of the lines with the largest differences in allocated or live bytes; undefined if no line differs. */
export function tabulateLineDiffs(lines: readonly LineDiff[], by: LineDiff["by"]): Table | undefined {
  const own = lines.filter((line) => line.by === by);
  if (own.length === 0) return undefined;
  const title = by === "allocated" ? "Allocated" : "Live at the end";
  const columns = [
    { title: "Cell", numeric: false },
    { title: "Line", numeric: false },
    { title: `${title}, difference`, numeric: true },
    { title: "Source", numeric: false },
  ];
  const rows = own
    .slice(0, MOST_LINES)
    .map((line) => [
      { text: namePlace(line.cell, line.params) },
      { text: namePlaceOf(line) },
      { text: formatSignedBytes(line.differenceBytes) },
      { text: line.source },
    ]);
  return { columns, rows, total: own.length };
}

function namePlaceOf({ file, lineBefore, lineAfter }: LineDiff): string {
  if (lineAfter === null) return `${file}:${lineBefore ?? "?"} (removed)`;
  const moved = lineBefore === null ? " (new)" : lineBefore === lineAfter ? "" : ` (was ${lineBefore})`;
  return `${file}:${lineAfter}${moved}`;
}

/** Table of claims whose verdict differs and of claims that only one side makes; undefined if there are none. */
export function tabulateClaimDiffs(claims: readonly ClaimDiff[]): Table | undefined {
  if (claims.length === 0) return undefined;
  const columns = ["Claim", "Verdict", "Cell"].map((title) => ({ title, numeric: false }));
  const rows = claims.map((claim) => [
    { text: claim.sentence.replaceAll("`", "") },
    { text: describeClaimChange(claim) },
    { text: claim.cell },
  ]);
  return { columns, rows, total: rows.length };
}

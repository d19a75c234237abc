import { formatInterval, formatValue, NO_VALUE } from "../analysis/format.ts";
import type { IntervalEstimate } from "../analysis/statistics.ts";
import type { Scalar } from "../model/values.ts";
import { nameVerdict } from "../results/claim-texts.ts";
import { isFlipped } from "./claims.ts";
import type { ClaimDiff, ConditionDiff, MetricDiff, MetricVerdict, OneSided, ResultsDiff, SideValue } from "./types.ts";

/** Smallest ratio that is written as a multiple (`×2`); smaller ratios are written in per cent. */
const SMALLEST_MULTIPLE = 2;

/** Verdicts in the order of the listing: first those that need attention. */
const VERDICT_ORDER: readonly MetricVerdict[] = ["worse", "better", "changed", "undecided", "not-compared", "same"];

const VERDICTS: Readonly<Record<MetricVerdict, string>> = {
  worse: "worse",
  better: "better",
  changed: "changed",
  undecided: "undecided",
  "not-compared": "not compared",
  same: "same",
};

export function nameMetricVerdict(verdict: MetricVerdict): string {
  return VERDICTS[verdict];
}

/** Formats a ratio as a relative change: `−3.1 %`, `×3.2`. */
function formatRatio(ratio: number): string {
  if (ratio >= SMALLEST_MULTIPLE) return `×${formatValue(ratio, "ratio", { digits: 2 })}`;
  const percent = (ratio - 1) * 100;
  return `${percent > 0 ? "+" : ""}${formatValue(percent, "%", { digits: 2 })}`;
}

/**
 * Describes the effect: relative to `before` if possible, otherwise the difference in the metric's unit. Bounds give an
 * interval that contains the effect. `—` if the metric is not compared.
 */
export function formatEffect(metric: MetricDiff): string {
  const { ratio, difference, unit } = metric;
  if (difference === null) return NO_VALUE;
  if (difference.value === 0 && difference.low === 0 && difference.high === 0) return "0";
  if (hasBounds(metric) && difference.low !== difference.high) return formatEnds(metric);
  if (isRelative(ratio)) return formatRatio(ratio.value);
  return `${difference.value > 0 ? "+" : ""}${formatValue(difference.value, unit)}`;
}

/**
 * The interval of the effect: `−3.3 % to −2.9 %`, or `exact`. Empty if unknown, and if `formatEffect` already shows the
 * interval.
 */
export function formatEffectInterval(metric: MetricDiff): string {
  return hasBounds(metric) && metric.difference?.low !== metric.difference?.high ? "" : formatEnds(metric);
}

function formatEnds({ ratio, difference, unit }: MetricDiff): string {
  const shown = isRelative(ratio) ? ratio : difference;
  if (shown === null || shown.confidence === 0) return "";
  const { low, high, confidence } = shown;
  if (low === high) return confidence === 1 ? "exact" : "";
  const ends = isRelative(ratio) ? [low, high].map(formatRatio).join(" to ") : formatInterval({ low, high, unit });
  return confidence < 0.95 ? `${ends}, at ${formatValue(confidence * 100, "%")}` : ends;
}

/** Whether one of the values has bounds: its `value` is then one end of the bounds, not an estimate. */
function hasBounds({ before, after }: MetricDiff): boolean {
  return before.mode === "bounds" || after.mode === "bounds";
}

function isRelative(ratio: IntervalEstimate | null): ratio is IntervalEstimate {
  return ratio !== null && ratio.value > 0 && ratio.low >= 0;
}

/** Formats the value of one side: bounds as an interval, any other value as a number with its unit. */
export function formatSide({ value, low, high, mode }: SideValue, unit: string): string {
  return mode === "bounds" ? formatInterval({ low, high, unit }) : formatValue(value, unit);
}

/** Name of a metric: `peak live memory`, with a region `peak live memory (build)`. */
export function nameMetric({ label, region }: Pick<MetricDiff, "label" | "region">): string {
  return region === "" ? label : `${label} (${region})`;
}

/** Name of a cell or variant: `walks`, with parameters `walks size=2 mode=fast`. */
export function namePlace(cell: string, params: Readonly<Record<string, Scalar>> | undefined): string {
  const values = Object.entries(params ?? {}).map(([name, value]) => `${name}=${String(value)}`);
  return [cell, ...values].join(" ");
}

/** Sorts metrics by `VERDICT_ORDER`; within a verdict the order of the page is kept. */
export function sortMetrics(metrics: readonly MetricDiff[]): MetricDiff[] {
  return [...metrics].sort((a, b) => VERDICT_ORDER.indexOf(a.verdict) - VERDICT_ORDER.indexOf(b.verdict));
}

/** Whether a metric is listed without `--all`: it differs, may differ, or was not compared. */
export function isListed({ verdict, difference }: MetricDiff): boolean {
  if (verdict === "same") return false;
  return verdict !== "undecided" || difference === null || difference.value !== 0 || difference.low !== difference.high;
}

/** Counts metrics by verdict: `3 worse, 2 better, 40 same`. */
export function describeVerdicts(metrics: readonly MetricDiff[]): string {
  const parts = VERDICT_ORDER.flatMap((verdict) => {
    const count = metrics.filter((metric) => metric.verdict === verdict).length;
    return count === 0 ? [] : [`${count} ${nameMetricVerdict(verdict)}`];
  });
  return `${plural(metrics.length, "metric")}: ${parts.join(", ") || "none"}`;
}

const CONDITIONS: Readonly<Record<ConditionDiff["name"], string>> = {
  machine: "Unlike machines, so times are not compared",
  runtime: "Unlike runtimes, so times are not compared",
  heapbook: "Measured with different versions of Heapbook",
  parameter: "Parameter",
  flags: "Flags of",
};

/** A changed condition as text: `Parameter scale: 2 → 3`. */
export function describeCondition({ name, of, before, after }: ConditionDiff): string {
  return `${[CONDITIONS[name], of].filter((part) => part !== "").join(" ")}: ${before} → ${after}`;
}

/** The verdicts of a claim on both sides: `does not hold → holds`, `new, holds`, `removed, was: holds`. */
export function describeClaimChange({ before, after }: ClaimDiff): string {
  if (before === null && after !== null) return `new, ${nameVerdict(after)}`;
  if (after === null && before !== null) return `removed, was: ${nameVerdict(before)}`;
  return before === null || after === null ? "" : `${nameVerdict(before)} → ${nameVerdict(after)}`;
}

/** Lists what only one side has, one text for each cell or variant; metrics of one variant share a text. */
export function describeOneSided(all: readonly OneSided[], { before, after }: ResultsDiff): string[] {
  const groups = new Map<string, string[]>();
  for (const { side, cell, params, metric } of all) {
    const place = params === undefined ? `cell ${cell}` : namePlace(cell, params);
    const key = `Only in ${side === "before" ? before : after}: ${place}`;
    groups.set(key, [...(groups.get(key) ?? []), ...(metric === undefined ? [] : [metric])]);
  }
  return [...groups].map(([key, metrics]) => (metrics.length === 0 ? key : `${key}: ${metrics.join(", ")}`));
}

/** Sentences about limits of the comparison: too few trials for the tests to find a difference. */
export function describeLimits({ trialsNeeded, familySize }: ResultsDiff): string[] {
  if (trialsNeeded === null) return [];
  const tests = familySize === 1 ? "The test" : `${familySize} tests`;
  return [
    `${tests} of distributions can find a difference only with at least ${trialsNeeded} trials on each side: render with \`--trials ${trialsNeeded}\`, or compare fewer metrics with \`--metric\`.`,
  ];
}

/** Most metrics that the one-line summary names. */
const MOST_NAMED = 3;

/**
 * Summarises a comparison in one line: `peak live memory of walks −3.1 %, 2 claims flipped`. Names the largest change
 * of each cell, the largest first.
 */
export function summariseDiff({ reports }: ResultsDiff): string {
  const changed = reports.flatMap(({ metrics }) =>
    metrics.filter(({ verdict }) => verdict === "better" || verdict === "worse" || verdict === "changed"),
  );
  const directed = changed.filter(({ verdict }) => verdict !== "changed");
  const weighed = [...(directed.length > 0 ? directed : changed)].sort((a, b) => weigh(b) - weigh(a));
  const largest = weighed.filter(({ cell }, index) => weighed.findIndex((each) => each.cell === cell) === index);
  const named = largest.slice(0, MOST_NAMED);
  const rest = changed.length - named.length;
  const flipped = reports.flatMap(({ claims }) => claims.filter(isFlipped)).length;
  const failed = reports.flatMap(({ states }) => states.filter(({ after }) => after === "failed"));
  const conditions = reports.flatMap((report) => report.conditions.map(describeCause)).filter((cause) => cause !== "");
  const parts = [
    ...failed.map(({ cell }) => `\`${cell}\` fails now`),
    ...named.map(
      (metric) => `${nameMetric(metric)} of \`${namePlace(metric.cell, metric.params)}\` ${formatEffect(metric)}`,
    ),
    ...(rest > 0 ? [`${plural(rest, "more metric")} ${rest === 1 ? "differs" : "differ"}`] : []),
    ...(flipped > 0 ? [`${plural(flipped, "claim")} flipped`] : []),
  ];
  const causes = conditions.length === 0 ? "" : ` (with ${conditions.join(", ")})`;
  const undecided = reports
    .flatMap((report) => report.metrics.filter(isListed))
    .filter(({ verdict }) => verdict === "undecided");
  const none =
    undecided.length === 0 ? "no metric differs" : `no metric differs for certain, ${undecided.length} undecided`;
  return `${parts.length === 0 ? none : parts.join(", ")}${causes}`;
}

/** Describes a changed parameter or runtime in a few words; empty for all other conditions. */
function describeCause({ name, of, before, after }: ConditionDiff): string {
  if (name === "parameter") return `${of} ${before} → ${after}`;
  return name === "runtime" ? `${before} → ${after}` : "";
}

/** Size of a relative change, 0 for none. Twice as much and half as much have the same size. */
function weigh({ ratio }: MetricDiff): number {
  return isRelative(ratio) && ratio.value > 0 ? Math.abs(Math.log(ratio.value)) : Number.POSITIVE_INFINITY;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

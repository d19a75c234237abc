import { type Comparison, compareSummaries } from "../analysis/compare.ts";
import { formatP } from "../analysis/comparison-text.ts";
import { smallestP } from "../analysis/rank-test.ts";
import type { IntervalEstimate } from "../analysis/statistics.ts";
import type { Better, MetricSummary } from "../model/metrics.ts";
import type { TrialSet, VariantResult } from "../model/report-results.ts";
import { describeMetric } from "../results/metric-catalog.ts";
import { nameMachine, nameRuntime } from "./conditions.ts";
import type { MetricDiff, MetricVerdict, SideValue } from "./types.ts";

/** The same metric of the same variant on both sides. */
export interface MetricPair {
  readonly cell: string;
  readonly before: { readonly variant: VariantResult; readonly summary: MetricSummary };
  readonly after: { readonly variant: VariantResult; readonly summary: MetricSummary };
}

const SIGNIFICANCE = 0.05;

/** Largest number of trials that `trialsNeeded` can have. */
const MOST_TRIALS = 1000;

/** Matches units of time, and units of rates per time. */
const TIME = /(?:^|\/ ?|\bper )(?:ns|µs|us|ms|s|sec|second|min|minute|h|hour)$/;

/**
 * Compares metrics by `compareSummaries()`: exact values for equality, peaks by their bounds, other values by
 * Mann–Whitney tests with Holm's correction over all pairs. A diff of two equal programs finds any difference with a
 * probability below 5 %.
 *
 * Exceptions: a metric whose trials are the same on both sides is `same` without a test. Times of unlike machines or
 * runtimes are not compared, and neither are values in different units.
 */
export function compareMetrics(pairs: readonly MetricPair[]): MetricDiffs {
  const classified = pairs.map((pair) => ({ pair, without: decideWithoutTest(pair) }));
  const tested = classified.filter(({ without }) => without === undefined);
  const comparisons = compareSummaries(
    tested.map(({ pair: { before, after } }) => ({
      params: after.variant.params,
      summary: after.summary,
      base: before.variant.params,
      baseSummary: before.summary,
    })),
    SIGNIFICANCE,
  );
  const family = comparisons.filter(({ p }) => p !== undefined);
  const byPair = new Map(tested.map(({ pair }, index) => [pair, comparisons[index]]));
  const metrics = classified.map(({ pair, without }): MetricDiff => {
    const comparison = byPair.get(pair);
    if (comparison !== undefined) return { ...describePair(pair), ...judge(pair, comparison) };
    return { ...describePair(pair), ...(without ?? NOT_TESTED) };
  });
  return {
    metrics,
    familySize: family.length,
    trialsNeeded: comparisons.some(({ p, tooFewTrials }) => p !== undefined && tooFewTrials)
      ? trialsFor(family.length)
      : null,
  };
}

interface MetricDiffs {
  /** One for each pair, in the order of the pairs. */
  readonly metrics: readonly MetricDiff[];
  readonly familySize: number;
  readonly trialsNeeded: number | null;
}

type Judgement = Pick<MetricDiff, "ratio" | "difference" | "correctedPValue" | "verdict" | "reason">;

const NOT_TESTED = {
  ratio: null,
  difference: null,
  correctedPValue: null,
  verdict: "not-compared",
  reason: null,
} as const;

/** The outcome for two metrics that need no test; undefined if a test is needed. */
function decideWithoutTest({ before, after }: MetricPair): Judgement | undefined {
  const [a, b] = [before.summary, after.summary];
  if (a.unit !== b.unit)
    return { ...NOT_TESTED, reason: `in ${a.unit || "no unit"} before, in ${b.unit || "no unit"} now` };
  if (isReused(before, after)) {
    const exactly = (value: number) => ({ value, low: value, high: value, confidence: 1 });
    return { ...NOT_TESTED, ratio: a.value === 0 ? null : exactly(1), difference: exactly(0), verdict: "same" };
  }
  const unlike = isTime(a.unit) ? nameUnlike(setsOf(before), setsOf(after)) : undefined;
  return unlike === undefined ? undefined : { ...NOT_TESTED, reason: `measured ${unlike}` };
}

/** Whether the unit is a time or a rate per time: such values depend on the machine. */
function isTime(unit: string): boolean {
  return TIME.test(unit);
}

/** Whether both sides have the very same trials, because nothing was measured again. */
function isReused(before: MetricPair["before"], after: MetricPair["after"]): boolean {
  const identity = (sets: readonly TrialSet[]): string =>
    JSON.stringify(sets.map(({ fingerprint, environment }) => [fingerprint, environment.measuredAt]));
  const value = ({ value, low, high, samples }: MetricSummary): string => JSON.stringify([value, low, high, samples]);
  const [a, b] = [setsOf(before), setsOf(after)];
  return a.length > 0 && identity(a) === identity(b) && value(before.summary) === value(after.summary);
}

/** The trial sets from which a metric was computed. A peak also has the trial set of its search. */
function setsOf({ variant, summary }: MetricPair["before"]): readonly TrialSet[] {
  return variant.trialSets.filter(
    ({ probe }) => probe === summary.probe || (summary.probe === "peak" && probe === "bracket"),
  );
}

function nameUnlike(before: readonly TrialSet[], after: readonly TrialSet[]): string | undefined {
  const list = (sets: readonly TrialSet[], name: typeof nameMachine): string =>
    [...new Set(sets.map(({ environment }) => name(environment)))].sort().join();
  if (list(before, nameMachine) !== list(after, nameMachine)) return "on unlike machines";
  return list(before, nameRuntime) === list(after, nameRuntime) ? undefined : "with unlike runtimes";
}

function describePair({ cell, before, after }: MetricPair) {
  const { region, id, label, unit } = after.summary;
  return {
    cell,
    params: after.variant.params,
    region,
    id,
    label,
    unit,
    better: directionOf(after.summary),
    before: sideValueOf(before.summary),
    after: sideValueOf(after.summary),
  };
}

/** Which direction is an improvement: from the metric table for a built-in metric, otherwise as the cell declares. */
function directionOf({ id, better }: MetricSummary): Better {
  return describeMetric(id)?.better ?? better;
}

function sideValueOf({ value, low, high, confidence, mode, samples }: MetricSummary): SideValue {
  return { value, low, high, confidence, mode, trials: samples.length };
}

function judge({ after }: MetricPair, comparison: Comparison): Judgement {
  const { ratio, shift, correctedP } = comparison;
  return {
    ratio: ratio === undefined ? null : estimateOf(ratio),
    difference: estimateOf(shift),
    correctedPValue: correctedP ?? null,
    verdict: verdictOf(comparison, directionOf(after.summary)),
    reason: comparison.verdict === "undecided" ? whyUndecided(comparison) : null,
  };
}

function verdictOf({ verdict }: Comparison, better: Better): MetricVerdict {
  if (verdict === "equal") return "same";
  if (verdict === "undecided") return "undecided";
  if (better === "neither") return "changed";
  return verdict === better ? "better" : "worse";
}

function whyUndecided({ p, correctedP, trials, tooFewTrials, shift }: Comparison): string {
  if (p === undefined) {
    if (shift.confidence === 0) return "a single trial";
    return shift.confidence === 1 ? "bounds overlap" : "bounds are not certain";
  }
  return tooFewTrials ? `too few trials: ${Math.min(...trials)}` : `p = ${formatP(correctedP)}`.replace("= <", "<");
}

/** The estimate with only its value, ends and confidence; `IntervalEstimate` objects may carry further intervals. */
function estimateOf({ value, low, high, confidence }: IntervalEstimate): IntervalEstimate {
  return { value, low, high, confidence };
}

/** Smallest number of trials on each side with which a family of tests can find a difference. */
function trialsFor(familySize: number): number {
  let trials = 2;
  while (trials < MOST_TRIALS && familySize * smallestP(trials, trials) >= SIGNIFICANCE) trials += 1;
  return trials;
}

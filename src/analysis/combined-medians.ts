import type { ConfidenceInterval } from "../model/claims.ts";
import type { MetricSummary } from "../model/metrics.ts";
import { ascending, jointRanks, narrowest, orderStatistics, twoSided } from "./order-statistics.ts";
import { type IntervalEstimate, median } from "./statistics.ts";

// Bundled into cells that compare or claim: imports nothing but its neighbours without dependencies.

/** Operand of a ratio or difference of medians: its samples, and whether the value is exact. */
export interface MedianOperand {
  readonly samples: readonly number[];
  readonly exact: boolean;
}

/** A ratio or difference of medians with its intervals. */
export interface CombinedMedians extends IntervalEstimate {
  /** Nested intervals, the widest and most confident first; empty for exact values and where an operand has one sample. */
  readonly intervals: readonly ConfidenceInterval[];
}

/** The samples of a metric as an operand of `combineMedians()`. */
export function medianOperand({ samples, mode }: Pick<MetricSummary, "samples" | "mode">): MedianOperand {
  return { samples, exact: mode === "exact" };
}

/**
 * The ratio of two medians with its confidence interval, as `combineMedians()`.
 *
 * @returns undefined where the divisor's median is 0
 */
export function ratioOfMedians(a: MedianOperand, b: MedianOperand, wanted = 0.95): CombinedMedians | undefined {
  return b.samples.length > 0 && median(b.samples) === 0
    ? undefined
    : combineMedians(a, b, (one, other) => one / other, wanted);
}

/**
 * Combines two medians, with a distribution-free confidence interval. Each median has its order-statistic interval; the interval
 * of the combination holds every value that two medians in their intervals can give. It misses only where one of the two
 * misses, so its confidence is 1 − (α₁ + α₂) (Bonferroni), for samples of any shape, also where both come from the same trials.
 * The wanted confidence is split between the two as `jointRanks()` says. Where no interval has it, the interval is that of the
 * two ranges, with its true confidence: 75 % for 4 samples each, 93.75 % for 6; 7 samples each have 96.9 %. Against an exact
 * value one median varies: 6 samples have 96.9 %.
 *
 * A bootstrap is narrower and misses too often at these numbers of trials: its 95 % intervals covered 50 % (2 samples against
 * an exact value) to 93 % (4 against 4). The Hodges–Lehmann interval of logarithms is narrower too, and holds only where both
 * distributions have one shape: docs/measurement.md#how-sure-a-number-is.
 *
 * Two exact values have an exact combination (confidence 1). The interval is unknown (confidence 0, both ends the value) where
 * an operand has a single sample, or where the divisor's interval holds 0.
 *
 * @param combine monotone in each argument: a ratio, a difference
 * @param wanted confidence, 0…1
 * @throws RangeError where an operand has no samples
 */
export function combineMedians(
  a: MedianOperand,
  b: MedianOperand,
  combine: (a: number, b: number) => number,
  wanted = 0.95,
): CombinedMedians {
  const value = combine(median(a.samples), median(b.samples));
  const unknown = { value, low: value, high: value, confidence: 0, intervals: [] };
  if (a.exact && b.exact) return { ...unknown, confidence: 1 };
  if ([a, b].some(({ samples, exact }) => !exact && samples.length === 1)) return unknown;
  const intervals = nestedIntervals(a, b, combine);
  if (intervals.length === 0) return unknown;
  return { value, ...narrowest(intervals, wanted), intervals };
}

/** The intervals of a combination that are bounded, the widest first. */
function nestedIntervals(
  a: MedianOperand,
  b: MedianOperand,
  combine: (a: number, b: number) => number,
): ConfidenceInterval[] {
  const operands = [a, b].map(({ samples, exact }) => ({
    exact,
    sorted: exact ? [median(samples)] : ascending(samples),
  }));
  const counts = operands.flatMap(({ exact, sorted }) => (exact ? [] : [sorted.length]));
  return jointRanks(counts, twoSided).flatMap(({ ranks, confidence }) => {
    const left = [...ranks];
    const ends = operands.map(({ exact, sorted }) => orderStatistics(sorted, exact ? 1 : (left.shift() ?? 1)));
    const [one, other] = ends;
    if (one === undefined || other === undefined) return [];
    const corners = [one.low, one.high].flatMap((x) => [other.low, other.high].map((y) => combine(x, y)));
    const isBounded = corners.every(Number.isFinite) && !holdsPole(combine, other);
    return isBounded ? [{ low: Math.min(...corners), high: Math.max(...corners), confidence }] : [];
  });
}

/** Whether the combination divides by its second argument and the interval of that argument holds 0. */
function holdsPole(
  combine: (a: number, b: number) => number,
  { low, high }: { readonly low: number; readonly high: number },
): boolean {
  return !Number.isFinite(combine(1, 0)) && low <= 0 && high >= 0;
}

/** Nested intervals of a single median, the widest first; empty for a single sample. */
export function medianIntervals(samples: readonly number[]): ConfidenceInterval[] {
  if (samples.length < 2) return [];
  const sorted = ascending(samples);
  return jointRanks([sorted.length], twoSided).map(({ ranks, confidence }) => ({
    ...orderStatistics(sorted, ranks[0] ?? 1),
    confidence,
  }));
}

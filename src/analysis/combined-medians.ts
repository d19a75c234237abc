import type { ConfidenceInterval } from "../model/claims.ts";
import type { MetricSummary } from "../model/metrics.ts";
import { ascending, jointRanks, narrowest, orderStatistics, twoSided, widen } from "./order-statistics.ts";
import { type IntervalEstimate, median } from "./statistics.ts";

// Part of the bundle of cells that call `claim()`: may import only modules of this folder that import no package.

/** Operand of a ratio or difference: its samples, and whether the value is exact or has bounds without samples. */
export interface MedianOperand {
  readonly samples: readonly number[];
  readonly exact: boolean;
  /** Bounds of a searched peak; the lower bound is then the only sample. */
  readonly bounds?: ConfidenceInterval | undefined;
  /** Largest systematic error of the samples, in their unit. Each interval of the median is widened by it. */
  readonly systematicError?: number | undefined;
}

/** A ratio or difference of medians with its intervals. */
export interface CombinedMedians extends IntervalEstimate {
  /** Nested intervals, the widest and most confident first; empty for exact values and where an operand has one sample. */
  readonly intervals: readonly ConfidenceInterval[];
}

/** A metric as an operand of `combineMedians()`. */
export function medianOperand({
  samples,
  mode,
  low,
  high,
  confidence,
  systematicError,
}: Pick<MetricSummary, "samples" | "mode" | "low" | "high" | "confidence" | "systematicError">): MedianOperand {
  const bounds = mode === "bounds" ? { low, high, confidence } : undefined;
  return { samples, exact: mode === "exact", bounds, systematicError };
}

/** The interval of an operand that does not depend on samples; undefined for a median of samples. */
function fixedInterval({ samples, exact, bounds }: MedianOperand): ConfidenceInterval | undefined {
  if (!exact) return bounds;
  const value = median(samples);
  return { low: value, high: value, confidence: 1 };
}

/**
 * The ratio of two medians with its confidence interval, computed by `combineMedians()`.
 *
 * @param wanted confidence, 0…1
 * @returns undefined where the divisor's median is 0
 */
export function ratioOfMedians(a: MedianOperand, b: MedianOperand, wanted = 0.95): CombinedMedians | undefined {
  return b.samples.length > 0 && median(b.samples) === 0
    ? undefined
    : combineMedians(a, b, (one, other) => one / other, wanted);
}

/**
 * Combines two medians, with a distribution-free confidence interval. Each median has its order-statistic interval. The
 * interval of the combination holds every value that two medians in these intervals can give. It misses only if one of
 * the two misses, so its confidence is 1 − (α₁ + α₂) (Bonferroni). This holds for samples of any distribution, also if
 * both come from the same trials. `jointRanks()` splits the wanted confidence between the two. If the samples are too
 * few for it, the interval combines the two ranges and states its true confidence: 75 % for 4 samples each, 93.75 % for
 * 6; 7 samples each have 96.9 %. Against an exact value only one median varies: 6 samples have 96.9 %.
 *
 * A bootstrap is narrower and misses too often at these numbers of trials: its 95 % intervals covered 50 % (2 samples
 * against an exact value) to 93 % (4 against 4). The Hodges–Lehmann interval of logarithms is narrower too, but holds
 * only if both distributions have one shape: docs/measurement.md#how-sure-a-number-is.
 *
 * Two exact values have an exact combination (confidence 1). Bounds are used as intervals with their own confidence:
 * two peaks with certain bounds give certain bounds. The interval is unknown (confidence 0, both ends the value) if an
 * operand has a single sample, or if the divisor's interval holds 0.
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
  if ([a, b].some((operand) => fixedInterval(operand) === undefined && operand.samples.length === 1)) return unknown;
  const intervals = nestedIntervals(a, b, combine);
  if (intervals.length === 0) return unknown;
  return { value, ...narrowest(intervals, wanted), intervals };
}

/** The finite intervals of a combination, the widest first. */
function nestedIntervals(
  a: MedianOperand,
  b: MedianOperand,
  combine: (a: number, b: number) => number,
): ConfidenceInterval[] {
  const operands = [a, b].map((operand) => ({
    fixed: fixedInterval(operand),
    sorted: ascending(operand.samples),
    systematicError: operand.systematicError ?? 0,
  }));
  const counts = operands.flatMap(({ fixed, sorted }) => (fixed === undefined ? [sorted.length] : []));
  const fixedError = operands.reduce((sum, { fixed }) => sum + 1 - (fixed?.confidence ?? 1), 0);
  const rankings = counts.length === 0 ? [{ ranks: [], confidence: 1 }] : jointRanks(counts, twoSided);
  return rankings.flatMap(({ ranks, confidence: ranksConfidence }) => {
    const left: number[] = [...ranks];
    const ends = operands.map(
      ({ fixed, sorted, systematicError }) =>
        fixed ?? widen({ ...orderStatistics(sorted, left.shift() ?? 1), confidence: 1 }, systematicError),
    );
    const confidence = Math.max(0, ranksConfidence - fixedError);
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

/** Nested intervals of a single median, the widest first, each widened by the systematic error; empty for a single sample. */
export function medianIntervals(samples: readonly number[], systematicError = 0): ConfidenceInterval[] {
  if (samples.length < 2) return [];
  const sorted = ascending(samples);
  return jointRanks([sorted.length], twoSided).map(({ ranks, confidence }) =>
    widen({ ...orderStatistics(sorted, ranks[0] ?? 1), confidence }, systematicError),
  );
}

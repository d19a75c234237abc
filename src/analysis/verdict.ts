import type { ClaimEstimate, ClaimTest, ConfidenceInterval, Verdict } from "../model/claims.ts";

// Part of the bundle of cells that call `claim()`: must import no package.

/** Largest probability that an interval misses its value for which the interval decides a claim: 2.5 % on either side. */
export const CLAIM_SIGNIFICANCE = 0.05;

/**
 * Decides a claim by the estimate's interval: `holds` if every value of the interval passes the test, `fails` if none
 * does, `undecided` otherwise. Values equal to a bound pass `between` and `equal`, but not `above` and `below`.
 *
 * An interval of less than 95 % confidence always gives `undecided`. An interval misses as likely on the one side as on
 * the other. So a value at the bound is wrongly judged in at most 2.5 % of cases, whatever the number of trials.
 * Estimates without a stated confidence (`null`) are decided by the ends that the cell gave.
 */
export function judgeClaim(estimate: Pick<ClaimEstimate, "low" | "high" | "confidence">, test: ClaimTest): Verdict {
  return isBelowConfidence(estimate.confidence) ? "undecided" : judgeInterval(estimate, test);
}

function isBelowConfidence(confidence: number | null): boolean {
  // 1 − 0.95 is more than 0.05 in doubles.
  return confidence !== null && 1 - confidence > CLAIM_SIGNIFICANCE + Number.EPSILON;
}

/**
 * The p-value of a claim: the smallest 1 − confidence of the nested intervals that decides the test; 1 where none does. A claim
 * whose p-value is at most 0.05 is decided by its 95 % interval.
 *
 * @param intervals nested, the widest first
 */
export function claimPValue(intervals: readonly ConfidenceInterval[], test: ClaimTest): number {
  const deciding = intervals.find((interval) => judgeInterval(interval, test) !== "undecided");
  return deciding === undefined ? 1 : 1 - deciding.confidence;
}

function judgeInterval({ low, high }: Pick<ConfidenceInterval, "low" | "high">, test: ClaimTest): Verdict {
  const range = acceptedRange(test);
  const isOpen = test.kind === "above" || test.kind === "below";
  const passes = (value: number): boolean =>
    isOpen ? value > range.low && value < range.high : value >= range.low && value <= range.high;
  if (passes(low) && passes(high)) return "holds";
  const isBeyond = isOpen ? low >= range.high || high <= range.low : low > range.high || high < range.low;
  return isBeyond ? "fails" : "undecided";
}

/** The range of values that pass a test; an open end is infinite. */
export function acceptedRange(test: ClaimTest): { readonly low: number; readonly high: number } {
  switch (test.kind) {
    case "above":
      return { low: test.bound, high: Number.POSITIVE_INFINITY };
    case "below":
      return { low: Number.NEGATIVE_INFINITY, high: test.bound };
    case "between":
      return { low: test.low, high: test.high };
    case "equal":
      return { low: test.bound - test.tolerance, high: test.bound + test.tolerance };
  }
}

import type { ClaimEstimate, ClaimTest, Verdict } from "../model/claims.ts";

// Bundled into cells that claim: imports nothing.

/**
 * Judges an estimate by its interval: `holds` where every value of the interval passes the test, `fails` where none does,
 * `undecided` otherwise. A single trial that need not repeat has no interval and is `undecided`. The bounds pass `between` and
 * `equal`, and do not pass `above` and `below`.
 */
export function judgeClaim({ low, high, confidence }: ClaimEstimate, test: ClaimTest): Verdict {
  if (confidence === 0) return "undecided";
  const range = acceptedRange(test);
  const accepts = (value: number): boolean =>
    test.kind === "above" || test.kind === "below"
      ? value > range.low && value < range.high
      : value >= range.low && value <= range.high;
  if (accepts(low) && accepts(high)) return "holds";
  const isOpen = test.kind === "above" || test.kind === "below";
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

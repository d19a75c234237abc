import type { Comparison } from "./compare.ts";
import { formatInterval, formatNumber, formatValue, NO_VALUE } from "./format.ts";
import { phrase } from "./phrases.ts";
import type { IntervalEstimate } from "./statistics.ts";

// Part of the bundle of cells that call `compare()`: may import only modules that import no package.

/** Default confidence of intervals, 0…1. Other confidences are stated in the text. */
const CONFIDENCE = 0.95;

/** Ratios from this value are worded `3.2 times as much`, smaller ones in per cent. */
const SMALLEST_MULTIPLE = 2;

/**
 * Words the verdict of a comparison: `25 % less`, `3.2 times as much`, `equal`. An undecided comparison is `~`, as in Go's
 * benchstat, followed by the number of trials where these are too few for any decision.
 */
export function describeVerdict({ verdict, ratio, shift, unit, trials, tooFewTrials }: Comparison): string {
  if (verdict === "undecided") return tooFewTrials ? `~ (${phrase("tooFewTrials", Math.min(...trials))})` : "~";
  if (verdict === "equal") return phrase("equal");
  // A ratio to 0, or of values of different signs, has no meaning.
  if (ratio === undefined || ratio.value <= 0) {
    return phrase(verdict === "higher" ? "more" : "less", formatValue(Math.abs(shift.value), unit));
  }
  // The test compares distributions: medians may be equal, or in the opposite order.
  const isHigher = ratio.value > 1;
  if (ratio.value === 1 || isHigher !== (verdict === "higher")) return phrase(verdict);
  if (ratio.value >= SMALLEST_MULTIPLE) return phrase("times", formatNumber(ratio.value, 2));
  // More digits near 100 %: a ratio of 0.002 is 99.8 % less, and must not be shown as 100 % less.
  const digits = Math.max(2, Math.ceil(-Math.log10(ratio.value)));
  return phrase(isHigher ? "more" : "less", formatValue(Math.abs(ratio.value - 1) * 100, "%", { digits }));
}

/** Formats a p-value: `0.008`, `< 0.001`; `—` where no test was made. */
export function formatP(p: number | undefined): string {
  if (p === undefined) return NO_VALUE;
  return p < 0.001 ? "< 0.001" : formatNumber(p, p < 0.01 ? 1 : 2);
}

/**
 * Formats the interval of an estimate: `1.2 to 1.31`, and `1.2 to 1.31 (75 %)` where its confidence is below 95 %; `≥ 1.2`
 * without an upper end; `exact` for exact values, `—` where the interval is unknown.
 */
export function formatEnds({ value, low, high, confidence }: IntervalEstimate, unit: string): string {
  if (confidence === 0) return NO_VALUE;
  if (confidence === 1 && low === high) return phrase("exact");
  const ends = Number.isFinite(high) ? formatInterval({ low, high, value, unit }) : `≥ ${formatValue(low, unit)}`;
  return confidence < CONFIDENCE ? `${ends} (${formatValue(confidence * 100, "%")})` : ends;
}

/** Formats a difference with its sign. */
export function formatDifference(value: number, unit: string): string {
  return `${value > 0 ? "+" : ""}${formatValue(value, unit)}`;
}

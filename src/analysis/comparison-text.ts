import type { Comparison } from "./compare.ts";
import { formatInterval, formatNumber, formatValue, NO_VALUE } from "./format.ts";
import type { Estimate } from "./statistics.ts";

// Bundled into cells that compare, as compare.ts is.

/** From here on a ratio is said as `3.2 times as much`, no longer in per cent. */
const TIMES = 2;

/**
 * What a comparison found, in a few words: `25 % less`, `3.2 times as much`, `equal`; `~` where the trials do not tell, as
 * in Go's benchstat, with the reason where there are too few of them to tell anything.
 */
export function describeVerdict({ verdict, ratio, shift, unit, trials, tooFewTrials }: Comparison): string {
  if (verdict === "undecided") return tooFewTrials ? `~ (${Math.min(...trials)} trials cannot tell)` : "~";
  if (verdict === "equal") return "equal";
  // A ratio to nothing, or of values of different signs, says nothing.
  if (ratio === undefined || ratio.value <= 0) {
    return `${formatValue(Math.abs(shift.value), unit)} ${verdict === "higher" ? "more" : "less"}`;
  }
  // The medians may agree, or lie the other way round, where the distributions differ.
  const isHigher = ratio.value > 1;
  if (ratio.value === 1 || isHigher !== (verdict === "higher")) return verdict;
  if (ratio.value >= TIMES) return `${formatNumber(ratio.value, 2)} times as much`;
  return `${formatValue(Math.abs(ratio.value - 1) * 100, "%", { digits: 2 })} ${isHigher ? "more" : "less"}`;
}

/** `0.008`, `< 0.001`; `—` where there is no test. */
export function formatP(p: number | undefined): string {
  if (p === undefined) return NO_VALUE;
  return p < 0.001 ? "< 0.001" : formatNumber(p, p < 0.01 ? 1 : 2);
}

/** The ends of an estimate: `1.2 to 1.31`; `exact` where nothing varies, `—` where they are unknown. */
export function formatEnds({ low, high, confidence }: Estimate, unit: string): string {
  if (confidence === 0) return NO_VALUE;
  return confidence === 1 ? "exact" : formatInterval({ low, high, unit });
}

/** A difference with its sign. */
export function formatDifference(value: number, unit: string): string {
  return `${value > 0 ? "+" : ""}${formatValue(value, unit)}`;
}

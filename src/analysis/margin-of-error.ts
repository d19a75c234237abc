import { NORMAL_95 } from "../model/samples.ts";

/** Half-width of the 95 % confidence interval of an estimate, in the unit of its standard error. */
export function marginOfError(standardError: number): number {
  return NORMAL_95 * standardError;
}

/** The margin of error in per cent of the estimate, to two significant digits; null for an estimate of 0. */
export function relativeMarginOfError(standardError: number, value: number): number | null {
  if (value === 0) return null;
  return Number(((100 * marginOfError(standardError)) / Math.abs(value)).toPrecision(2));
}

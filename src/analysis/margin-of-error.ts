/** Half-width of the central 95 % of the standard normal distribution, in standard deviations. */
const NORMAL_95 = 1.96;

/** Half-width of the 95 % confidence interval of an estimate, in the unit of its standard error. */
export function marginOfError(standardError: number): number {
  return NORMAL_95 * standardError;
}

/** The margin of error in per cent of the estimate, to two significant digits; null for an estimate of 0. */
export function relativeMarginOfError(standardError: number, value: number): number | null {
  if (value === 0) return null;
  return Number(((100 * marginOfError(standardError)) / Math.abs(value)).toPrecision(2));
}

/** Standard errors on either side of an estimate between which 95 % of a normal distribution lie. */
const NORMAL_95 = 1.96;

/** Half of the 95 % interval of an estimate, in the unit of its standard error. */
export function marginOf(standardError: number): number {
  return NORMAL_95 * standardError;
}

/** The same in per cent of the estimate, to two digits; null of 0, where there is nothing to be a share of. */
export function relativeMargin(standardError: number, value: number): number | null {
  if (value === 0) return null;
  return Number(((100 * marginOf(standardError)) / Math.abs(value)).toPrecision(2));
}

import type { SampledError } from "../model/line-profile.ts";
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

/**
 * Standard errors of a sum or difference of independent estimates. Random errors add as squares; systematic errors add
 * as they are, because they need not cancel.
 */
export function combineErrors(errors: readonly (SampledError | undefined)[]): SampledError {
  const known = errors.filter((error) => error !== undefined);
  const systematicLiveBytes = known.reduce((sum, error) => sum + (error.systematicLiveBytes ?? 0), 0);
  const random = ({ liveBytes, systematicLiveBytes: off = 0 }: SampledError): number =>
    Math.max(0, liveBytes - off / NORMAL_95);
  const squares = (values: readonly number[]): number => Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0));
  return {
    allocatedBytes: squares(known.map(({ allocatedBytes }) => allocatedBytes)),
    liveBytes: squares(known.map(random)) + systematicLiveBytes / NORMAL_95,
    ...(systematicLiveBytes === 0 ? {} : { systematicLiveBytes }),
  };
}

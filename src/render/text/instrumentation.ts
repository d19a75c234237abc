import { formatNumber } from "../../analysis/format.ts";
import type { MeasuredInstrumentation, MeterAccuracy } from "../../model/instrumentation.ts";

/** Significant digits of a byte count that is printed without a unit prefix. */
const DIGITS = 15;

/** How exact the bytes of a line profile are, and of which code, for the caption of a table or listing. */
export function describeInstrumentation(instrumentation: MeasuredInstrumentation): string {
  switch (instrumentation.engine) {
    case "tracker":
      return "exact, of unoptimised code";
    case "meter":
      return `${describeAccuracy(instrumentation)}, of unoptimised code; live bytes were not measured`;
    case "sampler":
      return `estimated from samples, one for every ${formatNumber(instrumentation.intervalBytes, DIGITS)}\u00a0B on average, of unoptimised code`;
  }
}

function describeAccuracy({ unseenCollections, pageCrossings }: MeterAccuracy): string {
  if (unseenCollections > 0) return `a lower bound, since V8 ran ${unseenCollections} unplanned collections`;
  return pageCrossings > 0 ? `exact except for ${pageCrossings} times less than 128\u00a0KiB too much` : "exact";
}

/** The meaning of `ƒ` beside a line. */
export function describeFunctionLevel(bytes: number): string {
  return `${formatNumber(bytes, DIGITS)}\u00a0B of the allocated bytes are known only for the function that begins on this line`;
}

import { formatNumber } from "../../analysis/format.ts";
import type { MeasuredInstrumentation, MeterAccuracy } from "../../model/instrumentation.ts";

/** Enough significant digits to write every byte count in full. */
export const ALL_DIGITS = 15;

/** What live bytes by samples are not: V8 samples objects of its heap, and keeps the size of each as it was allocated. */
export const SAMPLED_LIVE =
  "live bytes without memory of ArrayBuffers, and with up to 16\u00a0B too much for each object of a literal";

/** How the bytes of a line profile were obtained: `exact; unoptimised code`. */
export function describeInstrumentation(instrumentation: MeasuredInstrumentation): string {
  switch (instrumentation.engine) {
    case "tracker":
      return "exact; unoptimised code";
    case "meter":
      return `${describeAccuracy(instrumentation)}; unoptimised code; live bytes not measured`;
    case "sampler": {
      const interval = `${formatNumber(instrumentation.intervalBytes, ALL_DIGITS)}\u00a0B`;
      return `estimated from samples, one every ${interval} on average; unoptimised code`;
    }
  }
}

/** V8's own feedback about code that runs for the first time takes some hundred bytes. */
const LEAST_OLD_BYTES = 4096;

/** What the meter did not see of the old generation, where it is more than V8's own data; undefined otherwise. */
export function describeOldGeneration({
  oldGenerationBytes = 0,
}: Pick<MeterAccuracy, "oldGenerationBytes">): string | undefined {
  if (oldGenerationBytes < LEAST_OLD_BYTES) return undefined;
  return `${formatNumber(oldGenerationBytes, ALL_DIGITS)}\u00a0B that V8 allocated in the old generation belong to no line`;
}

/**
 * Certainty of the meter. Memory that V8 frees before the meter reads the heap is not counted: the bytes are a lower bound. An
 * expression that allocates onto a new page may count the free rest of the old page, less than 128 KiB.
 */
function describeAccuracy({ unseenCollections, pageCrossings, oldGenerationBytes }: MeterAccuracy): string {
  const old = describeOldGeneration({ oldGenerationBytes });
  if (unseenCollections > 0) {
    const times = unseenCollections === 1 ? "1 unplanned collection" : `${unseenCollections} unplanned collections`;
    return `lower bound, because V8 ran ${times}`;
  }
  const crossings = pageCrossings > 0 ? `exact to within ${pageCrossings} × 128\u00a0KiB` : "exact";
  return old === undefined ? crossings : `lower bound, because ${old}`;
}

/** Meaning of `ƒ` beside a line. @param bytes allocated bytes attributed to the function, not to a line */
export function describeFunctionLevel(bytes: number): string {
  return `${formatNumber(bytes, ALL_DIGITS)}\u00a0B of the allocated bytes belong to the function that starts on this line; which of its lines allocated them is unknown`;
}

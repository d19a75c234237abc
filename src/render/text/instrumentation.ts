import { formatNumber } from "../../analysis/format.ts";
import type { MeasuredInstrumentation, MeterAccuracy } from "../../model/instrumentation.ts";
import { join } from "../../words/punctuation.ts";
import { say } from "../../words/say.ts";

/** Enough significant digits to write every byte count in full. */
export const ALL_DIGITS = 15;

/** How the bytes of a line profile were obtained: `exact; unoptimised code`. */
export function describeInstrumentation(instrumentation: MeasuredInstrumentation): string {
  switch (instrumentation.engine) {
    case "tracker":
      return join([say("exact"), say("unoptimised")], "semicolon");
    case "meter":
      return join([describeAccuracy(instrumentation), say("unoptimised"), say("liveNotMeasured")], "semicolon");
    case "sampler": {
      const interval = `${formatNumber(instrumentation.intervalBytes, ALL_DIGITS)}\u00a0B`;
      return join([say("sampledEvery", { interval }), say("unoptimised")], "semicolon");
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
  return say("oldGeneration", { bytes: `${formatNumber(oldGenerationBytes, ALL_DIGITS)}\u00a0B` });
}

/**
 * Certainty of the meter. Memory that V8 frees before the meter reads the heap is not counted: the bytes are a lower bound. An
 * expression that allocates onto a new page may count the free rest of the old page, less than 128 KiB.
 */
function describeAccuracy({ unseenCollections, pageCrossings, oldGenerationBytes }: MeterAccuracy): string {
  const old = describeOldGeneration({ oldGenerationBytes });
  if (unseenCollections > 0) {
    return say("lowerBoundBecause", { reason: say("unplanned", { n: unseenCollections }) });
  }
  const crossings = pageCrossings > 0 ? say("exactWithin", { pages: pageCrossings }) : say("exact");
  return old === undefined ? crossings : say("lowerBoundBecause", { reason: old });
}

/** Meaning of `ƒ` beside a line. @param bytes allocated bytes attributed to the function, not to a line */
export function describeFunctionLevel(bytes: number): string {
  return say("functionLevel", { bytes: `${formatNumber(bytes, ALL_DIGITS)}\u00a0B` });
}

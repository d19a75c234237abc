import { formatNumber } from "../../analysis/format.ts";
import type { ErrorBound } from "../../model/inexact-places.ts";
import type { MeasuredInstrumentation, MeterAccuracy } from "../../model/instrumentation.ts";
import { join } from "../../words/punctuation.ts";
import { say } from "../../words/say.ts";

/** Number of significant digits that is enough to write every byte count in full. */
export const ALL_DIGITS = 15;

/** Describes how the bytes of a line profile were measured: `exact; unoptimised code`. */
export function describeInstrumentation(instrumentation: MeasuredInstrumentation): string {
  switch (instrumentation.engine) {
    case "tracker":
      return join([describeErrorBound(instrumentation) ?? say("exact"), say("unoptimised")], "semicolon");
    case "meter":
      return join([describeAccuracy(instrumentation), say("unoptimised"), say("liveNotMeasured")], "semicolon");
    case "sampler": {
      const interval = `${formatNumber(instrumentation.intervalBytes, ALL_DIGITS)}\u00a0B`;
      return join([say("sampledEvery", { interval }), say("unoptimised")], "semicolon");
    }
  }
}

/** Says by how many bytes an exact profile may be off; undefined for none. */
function describeErrorBound({ errorBoundBytes }: ErrorBound): string | undefined {
  if (errorBoundBytes === undefined) return undefined;
  return say("exactWithinBytes", { bytes: `${formatNumber(errorBoundBytes, ALL_DIGITS)}\u00a0B` });
}

/** Least bytes that are reported. V8's own data about code that runs for the first time takes some hundred bytes. */
const LEAST_OLD_BYTES = 4096;

/** Describes bytes in the old generation that the meter did not see; undefined if they may be V8's own data. */
export function describeOldGeneration({
  oldGenerationBytes = 0,
}: Pick<MeterAccuracy, "oldGenerationBytes">): string | undefined {
  if (oldGenerationBytes < LEAST_OLD_BYTES) return undefined;
  return say("oldGeneration", { bytes: `${formatNumber(oldGenerationBytes, ALL_DIGITS)}\u00a0B` });
}

/**
 * Describes how certain the meter's bytes are. If V8 frees memory before the meter reads the heap, the bytes are a
 * lower bound. An expression that allocates onto a new page may also count the free rest of the old page, less than 128
 * KiB.
 */
function describeAccuracy(accuracy: MeterAccuracy & ErrorBound): string {
  const { unseenCollections, pageCrossings, oldGenerationBytes } = accuracy;
  const old = describeOldGeneration({ oldGenerationBytes });
  if (unseenCollections > 0) {
    return say("lowerBoundBecause", { reason: say("unplanned", { n: unseenCollections }) });
  }
  if (old !== undefined) return say("lowerBoundBecause", { reason: old });
  const bound = describeErrorBound(accuracy);
  if (pageCrossings === 0) return bound ?? say("exact");
  const crossings = say("exactWithin", { pages: pageCrossings });
  return bound === undefined ? crossings : join([crossings, bound], "semicolon");
}

/**
 * Explains the sign `ƒ` beside a line.
 * @param bytes allocated bytes attributed to the function, not to a line
 */
export function describeFunctionLevel(bytes: number): string {
  return say("functionLevel", { bytes: `${formatNumber(bytes, ALL_DIGITS)}\u00a0B` });
}

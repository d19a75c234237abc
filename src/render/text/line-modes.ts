import { formatNumber } from "../../analysis/format.ts";
import type { LineProfile, Metered } from "../../model/line-profile.ts";

/** Enough significant digits to write every byte count in full. */
export const ALL_DIGITS = 15;

/** How the bytes of a line profile were obtained: `exact; unoptimised code`. */
export function describeMode(mode: LineProfile["mode"]): string {
  if (mode === "exact") return "exact; unoptimised code";
  if (isMeteredMode(mode)) return `${describeMetering(mode)}; unoptimised code; live bytes not measured`;
  const interval = `${formatNumber(mode.samplingIntervalBytes, ALL_DIGITS)}\u00a0B`;
  return `estimated from samples, one every ${interval} on average; unoptimised code`;
}

export function isMeteredMode(mode: LineProfile["mode"]): mode is Metered {
  return typeof mode === "object" && "unseenCollections" in mode;
}

/**
 * Certainty of the meter. Memory that V8 frees before the meter reads the heap is not counted: the bytes are a lower bound. An
 * expression that allocates onto a new page may count the free rest of the old page, less than 128 KiB.
 */
function describeMetering({ unseenCollections, pageCrossings }: Metered): string {
  if (unseenCollections > 0) {
    const times = unseenCollections === 1 ? "1 unplanned collection" : `${unseenCollections} unplanned collections`;
    return `lower bound, because V8 ran ${times}`;
  }
  return pageCrossings > 0 ? `exact to within ${pageCrossings} × 128\u00a0KiB` : "exact";
}

/** Meaning of `ƒ` beside a line. @param bytes allocated bytes attributed to the function, not to a line */
export function describeFunctionLevel(bytes: number): string {
  return `${formatNumber(bytes, ALL_DIGITS)}\u00a0B of the allocated bytes belong to the function that starts on this line; which of its lines allocated them is unknown`;
}

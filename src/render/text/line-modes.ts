import { formatNumber } from "../../analysis/format.ts";
import type { LineProfile, Metered } from "../../model/line-profile.ts";

/** A number without a name for a reader who needs all digits of it. */
const DIGITS = 15;

/** What shows bytes by line says of them: `exact`, and of which code. */
export function describeMode(mode: LineProfile["mode"]): string {
  if (mode === "exact") return "exact, of unoptimised code";
  if (isMetered(mode)) return `${describeMetering(mode)}, of unoptimised code; what is alive was not measured`;
  return `estimated from samples, one for every ${formatNumber(mode.samplingIntervalBytes, DIGITS)}\u00a0B on average, of unoptimised code`;
}

export function isMetered(mode: LineProfile["mode"]): mode is Metered {
  return typeof mode === "object" && "unseenCollections" in mode;
}

function describeMetering({ unseenCollections, pageCrossings }: Metered): string {
  if (unseenCollections > 0) return `at least, since V8 collected ${unseenCollections} times by itself`;
  return pageCrossings > 0 ? `exact but for ${pageCrossings} times less than 128\u00a0KiB` : "exact";
}

/** What `ƒ` marks. */
export function describeFunctionLevel(bytes: number): string {
  return `${formatNumber(bytes, DIGITS)}\u00a0B of what was allocated are known only of the function that begins on this line`;
}

import { formatBytes, formatNumber } from "../../analysis/format.ts";
import { inParentheses, join } from "../../words/punctuation.ts";
import { say } from "../../words/say.ts";
import type { FlameRectangle } from "../layout/flame-layout.ts";

const ANONYMOUS = "(anonymous)";

/** The name of a node of the call tree: that of its function, or what Heapbook calls the sum of several. */
export function nodeName(functionName: string): string {
  if (functionName === "(elsewhere)") return inParentheses(say("elsewhere").toLowerCase());
  return functionName === "(other)" ? inParentheses(say("spaceOther")) : functionName;
}

/** The label of a rectangle. A function without a name has its place: `(anonymous) report.md:885`. */
export function nameOf({ functionName, file, line }: FlameRectangle): string {
  // The meter knows lines, but neither functions nor callers.
  if (functionName === "") return `${file}:${line}`;
  return functionName === ANONYMOUS && file !== "" ? `${functionName} ${file}:${line}` : nodeName(functionName);
}

/** The function of a rectangle with its place: `generateWalk (base-library.ts:16)`. */
export function placeOf(rectangle: FlameRectangle): string {
  const { functionName, file, line } = rectangle;
  return file === "" || functionName === ANONYMOUS || functionName === ""
    ? nameOf(rectangle)
    : `${functionName} (${file}:${line})`;
}

/** `189 MiB, 51.2 %, self 187 MiB`: total bytes, their share of the graph, and self bytes unless these are all. */
export function describeBytes({ totalBytes, selfBytes }: FlameRectangle, wholeBytes: number): string {
  const share = `${formatNumber((totalBytes / wholeBytes) * 100)}\u00a0%`;
  const self = selfBytes === totalBytes ? [] : [say("selfBytes", { bytes: formatBytes(selfBytes) })];
  return join([formatBytes(totalBytes), share, ...self], "comma");
}

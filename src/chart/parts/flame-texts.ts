import { formatBytes, formatNumber } from "../../analysis/format.ts";
import { inParentheses, join } from "../../words/punctuation.ts";
import { say } from "../../words/say.ts";
import type { FlameRectangle } from "../layout/flame-layout.ts";

const ANONYMOUS = "(anonymous)";

/**
 * Name of a node in the call tree: the function's name, or Heapbook's name for several functions merged into one node.
 */
export function nodeName(functionName: string): string {
  if (functionName === "(elsewhere)") return inParentheses(say("elsewhere").toLowerCase());
  return functionName === "(other)" ? inParentheses(say("spaceOther")) : functionName;
}

/** Label of a rectangle. A function without a name is labelled by its place: `(anonymous) report.md:885`. */
export function nameOf({ functionName, file, line }: FlameRectangle): string {
  // The meter records lines, but no functions and callers.
  if (functionName === "") return `${file}:${line}`;
  return functionName === ANONYMOUS && file !== "" ? `${functionName} ${file}:${line}` : nodeName(functionName);
}

/** Name of a rectangle's function with its place: `generateWalk (base-library.ts:16)`. */
export function placeOf(rectangle: FlameRectangle): string {
  const { functionName, file, line } = rectangle;
  return file === "" || functionName === ANONYMOUS || functionName === ""
    ? nameOf(rectangle)
    : `${functionName} (${file}:${line})`;
}

/**
 * Describes a rectangle, `189 MiB, 51.2 %, self 187 MiB`: total bytes, share of the graph, and self bytes if they
 * differ from the total.
 */
export function describeBytes({ totalBytes, selfBytes }: FlameRectangle, wholeBytes: number): string {
  const share = `${formatNumber((totalBytes / wholeBytes) * 100)}\u00a0%`;
  const self = selfBytes === totalBytes ? [] : [say("selfBytes", { bytes: formatBytes(selfBytes) })];
  return join([formatBytes(totalBytes), share, ...self], "comma");
}

import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { AllocationCallNode, LineProfile } from "../model/line-profile.ts";

/** V8's `HeapProfiler.SamplingHeapProfileNode`. Lines and columns count from 0. */
export interface HeapProfileNode {
  readonly callFrame: {
    readonly functionName: string;
    readonly scriptId: string;
    readonly url: string;
    readonly lineNumber: number;
    readonly columnNumber: number;
  };
  /** Self bytes of the node, without those of its children. */
  readonly selfSize: number;
  readonly id: number;
  readonly children: readonly HeapProfileNode[];
}

/** V8's `HeapProfiler.SamplingHeapProfile`, the contents of a `.heapprofile`. */
export interface HeapProfile {
  readonly head: HeapProfileNode;
  readonly samples: readonly { readonly size: number; readonly nodeId: number; readonly ordinal: number }[];
}

/**
 * Converts a profile's call tree to the format that Chrome DevTools (Memory, Load) and speedscope open. The result has
 * one node for each line of a function.
 * @param folder absolute path to which the profile's files are relative
 * @param by `allocated`: bytes allocated in the run; `live`: bytes alive at its end
 */
export function toHeapProfile(
  { calls }: LineProfile,
  folder: string,
  by: "allocated" | "live" = "allocated",
): HeapProfile {
  const samples: { size: number; nodeId: number; ordinal: number }[] = [];
  const scripts = new Map<string, string>();
  const scriptIdOf = (file: string): string => {
    const id = scripts.get(file) ?? String(scripts.size + 1);
    scripts.set(file, id);
    return id;
  };
  let nodes = 0;
  const convert = (node: AllocationCallNode): HeapProfileNode => {
    const { functionName, file, line } = node;
    const id = ++nodes;
    // The format has no negative sizes.
    const selfSize = Math.max(0, by === "live" ? node.liveBytes : node.allocatedBytes);
    if (selfSize > 0) samples.push({ size: selfSize, nodeId: id, ordinal: samples.length + 1 });
    const [scriptId, url] = file === "" ? ["0", ""] : [scriptIdOf(file), pathToFileURL(resolve(folder, file)).href];
    const callFrame = { functionName, scriptId, url, lineNumber: line - 1, columnNumber: file === "" ? -1 : 0 };
    return { callFrame, selfSize, id, children: node.children.map(convert) };
  };
  return { head: convert(calls), samples };
}

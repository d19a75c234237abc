import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { AllocationCallNode, LineProfile } from "../model/line-profile.ts";

/** Of V8's `HeapProfiler.SamplingHeapProfileNode`. Lines and columns count from 0. */
export interface HeapProfileNode {
  readonly callFrame: {
    readonly functionName: string;
    readonly scriptId: string;
    readonly url: string;
    readonly lineNumber: number;
    readonly columnNumber: number;
  };
  /** Bytes, without those of the children. */
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
 * The calls of a profile in the form that Chrome DevTools (Memory, Load) and speedscope open: bytes allocated, a node for
 * each line of a function.
 * @param folder to which the profile's files are relative
 */
export function toHeapProfile({ calls }: LineProfile, folder: string): HeapProfile {
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
    // A profile has no size below 0.
    const selfSize = Math.max(0, node.allocatedBytes);
    if (selfSize > 0) samples.push({ size: selfSize, nodeId: id, ordinal: samples.length + 1 });
    const [scriptId, url] = file === "" ? ["0", ""] : [scriptIdOf(file), pathToFileURL(resolve(folder, file)).href];
    const callFrame = { functionName, scriptId, url, lineNumber: line - 1, columnNumber: file === "" ? -1 : 0 };
    return { callFrame, selfSize, id, children: node.children.map(convert) };
  };
  return { head: convert(calls), samples };
}

import type { AllocationCallNode } from "../../model/line-profile.ts";
import type { AllocationMeasure, FlameNode } from "../../model/line-views.ts";
import { bytesBy } from "./line-table.ts";

// Part of the bundle of cells that show flame graphs: may import only modules that import no package.

/** The call tree of a profile by function: one node for each function below its caller, with the bytes of all its lines. */
export function toFlameTree(root: AllocationCallNode, by: AllocationMeasure): FlameNode {
  const { functionName, file, functionLine } = root;
  return mergeLines({ functionName, file, functionLine }, [root], by);
}

type FunctionPlace = Pick<AllocationCallNode, "functionName" | "file" | "functionLine">;

function mergeLines(
  { functionName, file, functionLine }: FunctionPlace,
  nodes: readonly AllocationCallNode[],
  by: AllocationMeasure,
): FlameNode {
  const functions = new Map<string, AllocationCallNode[]>();
  for (const child of nodes.flatMap(({ children }) => children)) {
    const key = `${child.functionName} ${child.functionLine} ${child.file}`;
    const same = functions.get(key);
    if (same === undefined) functions.set(key, [child]);
    else same.push(child);
  }
  const bytes = nodes.reduce((sum, node) => sum + bytesBy(by, node), 0);
  return {
    functionName,
    file,
    line: functionLine,
    // Live bytes are below 0 where a region freed more than it kept; a flame graph cannot draw them.
    bytes: Math.max(0, bytes),
    children: [...functions.values()].flatMap((same) => same.slice(0, 1).map((first) => mergeLines(first, same, by))),
  };
}

import type { CallNode, CallTree } from "./call-tree.ts";
import { parseMarkerName } from "./instrument/marker-name.ts";
import type { SiteFinder } from "./sites.ts";
import type { TraceSnapshot } from "./trace-snapshot.ts";

/** Whose work a node of V8's tree is. */
export interface CallPath {
  readonly call: CallNode;
  /** Heapbook's own work there, which is charged to nobody. */
  readonly isMeasuring: boolean;
}

/**
 * Puts the author's functions of V8's tree into a tree of calls, and says of each of V8's nodes where in it that is: from the
 * node towards the root, the first function that is the author's, or a marker of a line, is responsible
 * (research/line-allocation.md, 5). The marker of a line stands for the function that called it.
 */
export function findCallPaths(
  snapshot: TraceSnapshot,
  finder: SiteFinder,
  tree: CallTree,
): ReadonlyMap<number, CallPath> {
  const attributions = snapshot.functions.map((fn) => finder.attribute(fn));
  const kinds = snapshot.functions.map((fn) => parseMarkerName(fn.name)?.kind);
  const start: CallPath = { call: tree.root, isMeasuring: false };
  const paths = new Map<number, CallPath>();
  for (let i = 0; i < snapshot.order.length; i++) {
    const node = snapshot.order.get(i);
    const parentNode = snapshot.parents.get(node);
    const parent = paths.get(parentNode) ?? start;
    const index = snapshot.functionOf.get(node);
    const name = snapshot.functions[index]?.name ?? "";
    const own = attributions[index] ?? "caller";
    // The literal that a marker of the kind `thunk` calls is written as a nameless function in it.
    const isThunk = name === "" && kinds[snapshot.functionOf.get(parentNode)] === "thunk";
    if (own === "caller" || isThunk) paths.set(node, parent);
    else if (own === "measuring") paths.set(node, { call: parent.call, isMeasuring: true });
    else if (own.level === "line") paths.set(node, { call: tree.onLine(parent.call, own), isMeasuring: false });
    else {
      const call = tree.child(parent.call, name === "" ? "(anonymous)" : name, own.line, own);
      paths.set(node, { call, isMeasuring: false });
    }
  }
  return paths;
}

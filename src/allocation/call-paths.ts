import type { CallNode, CallTree } from "./call-tree.ts";
import { parseMarkerName } from "./instrument/marker-name.ts";
import type { SiteFinder } from "./sites.ts";
import type { TraceSnapshot } from "./trace-snapshot.ts";

/** The call of the author's code that a node of V8's trace tree belongs to. */
export interface CallPath {
  readonly call: CallNode;
  /** Whether Heapbook's own code runs there. Its allocations belong to no line. */
  readonly isMeasuring: boolean;
}

/**
 * Maps each node of V8's trace tree to a node of the author's call tree, which this function fills. From the node towards the
 * root, the first function of the author's or marker of a line decides (docs/measurement.md#tracker). The marker of a line
 * stands for the function that called it.
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
    // A marker of the kind `thunk` calls an arrow function without a name, which holds the author's object literal.
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

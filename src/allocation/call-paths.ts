import type { CallNode, CallTree } from "./call-tree.ts";
import { parseMarkerName } from "./instrument/marker-name.ts";
import { isOfCollectedScript, type SiteFinder } from "./sites.ts";
import type { TraceSnapshot } from "./trace-snapshot.ts";

/** Position of a node of V8's trace tree in the author's call tree. */
export interface CallPath {
  readonly call: CallNode;
  /** Whether the node is Heapbook's own code. Its allocations belong to no line. */
  readonly isMeasuring: boolean;
}

/**
 * Returns the script numbers of the author's scripts that V8 has collected. Such a script is recognised by a marker
 * among its functions.
 */
function collectedScripts({ functions }: TraceSnapshot): ReadonlySet<number> {
  const markers = functions.filter((fn) => isOfCollectedScript(fn) && parseMarkerName(fn.name) !== undefined);
  return new Set(markers.map(({ scriptId }) => scriptId));
}

/**
 * Maps each node of V8's trace tree to a node of the author's call tree, and fills that call tree. From a node towards
 * the root, the first function of the author or line marker decides (docs/measurement.md#tracker). A line marker stands
 * for the function that called it. For functions of collected scripts, allocations outside of markers belong to no
 * line, because the function's position is unknown.
 */
export function findCallPaths(
  snapshot: TraceSnapshot,
  finder: SiteFinder,
  tree: CallTree,
): ReadonlyMap<number, CallPath> {
  const attributions = snapshot.functions.map((fn) => finder.attribute(fn));
  const kinds = snapshot.functions.map((fn) => parseMarkerName(fn.name)?.kind);
  const collected = collectedScripts(snapshot);
  /** The author's call that called each function of a collected script, by node of the function. */
  const callers = new Map<number, CallNode>();
  const start: CallPath = { call: tree.root, isMeasuring: false };
  const paths = new Map<number, CallPath>();
  const nameOf = (node: number): string => snapshot.functions[snapshot.functionOf.get(node)]?.name || "(anonymous)";
  for (let i = 0; i < snapshot.order.length; i++) {
    const node = snapshot.order.get(i);
    const parentNode = snapshot.parents.get(node);
    const parent = paths.get(parentNode) ?? start;
    const index = snapshot.functionOf.get(node);
    const fn = snapshot.functions[index];
    const name = fn?.name ?? "";
    const own = attributions[index] ?? "caller";
    // A marker of the kind `thunk` calls an unnamed arrow function, which contains the author's object literal.
    const isThunk = name === "" && kinds[snapshot.functionOf.get(parentNode)] === "thunk";
    const caller = callers.get(parentNode);
    // A collected script without markers may be the author's `eval`, whose bytes go to its caller. Below Heapbook's own
    // code, such a script is a module loaded by Heapbook.
    const isCollected =
      own === "caller" &&
      !isThunk &&
      fn !== undefined &&
      isOfCollectedScript(fn) &&
      (collected.has(fn.scriptId) || parent.isMeasuring);
    if (isCollected) {
      callers.set(node, caller ?? parent.call);
      paths.set(node, { call: tree.root, isMeasuring: false });
    } else if (own === "caller" || isThunk) paths.set(node, parent);
    else if (own === "measuring") paths.set(node, { call: parent.call, isMeasuring: true });
    else if (own.level === "line") {
      const call =
        caller === undefined ? tree.onLine(parent.call, own) : tree.child(caller, nameOf(parentNode), own.line, own);
      paths.set(node, { call, isMeasuring: false });
    } else {
      const call = tree.child(caller ?? parent.call, nameOf(node), own.line, own);
      paths.set(node, { call, isMeasuring: false });
    }
  }
  return paths;
}

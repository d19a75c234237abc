import type { CallNode, CallTree } from "./call-tree.ts";
import { parseMarkerName } from "./instrument/marker-name.ts";
import { isOfCollectedScript, type SiteFinder } from "./sites.ts";
import type { TraceSnapshot } from "./trace-snapshot.ts";

/** The call of the author's code that a node of V8's trace tree belongs to. */
export interface CallPath {
  readonly call: CallNode;
  /** Whether Heapbook's own code runs there. Its allocations belong to no line. */
  readonly isMeasuring: boolean;
}

/** Numbers of the author's scripts that V8 collected: those in which a marker is. */
function collectedScripts({ functions }: TraceSnapshot): ReadonlySet<number> {
  const markers = functions.filter((fn) => isOfCollectedScript(fn) && parseMarkerName(fn.name) !== undefined);
  return new Set(markers.map(({ scriptId }) => scriptId));
}

/**
 * Maps each node of V8's trace tree to a node of the author's call tree, which this function fills. From the node towards the
 * root, the first function of the author's or marker of a line decides (docs/measurement.md#tracker). The marker of a line
 * stands for the function that called it. What a function of a collected script allocates outside of markers belongs to no line:
 * where the function begins is unknown.
 */
export function findCallPaths(
  snapshot: TraceSnapshot,
  finder: SiteFinder,
  tree: CallTree,
): ReadonlyMap<number, CallPath> {
  const attributions = snapshot.functions.map((fn) => finder.attribute(fn));
  const kinds = snapshot.functions.map((fn) => parseMarkerName(fn.name)?.kind);
  const collected = collectedScripts(snapshot);
  /** The calls from which functions of collected scripts were called, by node of the function. */
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
    // A marker of the kind `thunk` calls an arrow function without a name, which holds the author's object literal.
    const isThunk = name === "" && kinds[snapshot.functionOf.get(parentNode)] === "thunk";
    const caller = callers.get(parentNode);
    // Without markers a collected script may be `eval` of the author's, whose caller has the bytes, but below Heapbook's code it
    // is a module that Heapbook loads.
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

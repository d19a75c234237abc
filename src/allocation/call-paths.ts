import type { CallNode, CallTree } from "./call-tree.ts";
import { parseMarkerName } from "./instrument/marker-name.ts";
import { NumberList } from "./number-list.ts";
import { isOfCollectedScript, type SiteFinder } from "./sites.ts";
import type { TraceSnapshot } from "./trace-snapshot.ts";

/** Positions of the nodes of V8's trace tree in the author's call tree. */
export class CallPaths {
  /** For each node, twice the number of its call, plus 1 if the node is Heapbook's own code. */
  readonly #paths = new NumberList();

  /** Returns the call of a node; the root for a node that the tree does not have. */
  call(node: number): CallNode {
    return this.#paths.get(node) >>> 1;
  }

  /** Whether a node is Heapbook's own code. Its allocations belong to no line. */
  isMeasuring(node: number): boolean {
    return this.#paths.get(node) % 2 === 1;
  }

  set(node: number, call: CallNode, isMeasuring: boolean): void {
    this.#paths.set(node, 2 * call + (isMeasuring ? 1 : 0));
  }
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
export function findCallPaths(snapshot: TraceSnapshot, finder: SiteFinder, tree: CallTree): CallPaths {
  const { functions } = snapshot;
  const attributions = functions.map((fn) => finder.attribute(fn));
  const kinds = functions.map((fn) => parseMarkerName(fn.name)?.kind);
  const collected = collectedScripts(snapshot);
  const mayBeCollected = functions.map(
    (fn, index) => attributions[index] === "caller" && isOfCollectedScript(fn) && collected.has(fn.scriptId),
  );
  const isUnplaced = functions.map((fn, index) => attributions[index] === "caller" && isOfCollectedScript(fn));
  /** The author's call that called each function of a collected script, by node of the function. */
  const callers = new Map<number, CallNode>();
  const paths = new CallPaths();
  const nameOf = (index: number): string => functions[index]?.name || "(anonymous)";
  /** The one frame of each function, by the function's index. */
  const frames: number[] = [];
  /** Frames of each marker, by the frame of the call around it. A marker has one frame for each function that calls it. */
  const framesOnLine = functions.map(() => new Map<number, number>());
  for (let i = 0; i < snapshot.order.length; i++) {
    const node = snapshot.order.get(i);
    const parentNode = snapshot.parents.get(node);
    const parentCall = paths.call(parentNode);
    const isInMeasuring = paths.isMeasuring(parentNode);
    const index = snapshot.functionOf.get(node);
    const own = attributions[index] ?? "caller";
    if (own === "measuring") {
      paths.set(node, parentCall, true);
      continue;
    }
    const parentIndex = snapshot.functionOf.get(parentNode);
    // A marker of the kind `thunk` calls an unnamed arrow function, which contains the author's object literal.
    const isThunk = kinds[parentIndex] === "thunk" && (functions[index]?.name ?? "") === "";
    const caller = callers.size === 0 ? undefined : callers.get(parentNode);
    if (own === "caller" || isThunk) {
      // A collected script without markers may be the author's `eval`, whose bytes go to its caller. Below Heapbook's own
      // code, such a script is a module loaded by Heapbook.
      if (!isThunk && (mayBeCollected[index] === true || (isInMeasuring && isUnplaced[index] === true))) {
        callers.set(node, caller ?? parentCall);
        paths.set(node, tree.root, false);
      } else paths.set(node, parentCall, isInMeasuring);
      continue;
    }
    if (own.level === "line" && caller === undefined) {
      const around = tree.frameNumber(parentCall);
      let frame = framesOnLine[index]?.get(around);
      if (frame === undefined) {
        frame = tree.frameOnLine(around, own);
        framesOnLine[index]?.set(around, frame);
      }
      paths.set(node, tree.childAt(tree.parent(parentCall), frame), false);
    } else if (own.level === "line") {
      const frame = tree.frame(nameOf(parentIndex), own.line, own);
      paths.set(node, tree.childAt(caller ?? parentCall, frame), false);
    } else {
      frames[index] ??= tree.frame(nameOf(index), own.line, own);
      paths.set(node, tree.childAt(caller ?? parentCall, frames[index]), false);
    }
  }
  return paths;
}

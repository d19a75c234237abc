import type { AllocationCallNode } from "../harness/protocol.ts";
import type { Place, PlaceFinder, Responsible } from "./places.ts";
import type { TraceFunction, TraceSnapshot } from "./trace-snapshot.ts";

interface NodeAmounts {
  readonly allocatedBytes: number;
  readonly allocations: number;
  readonly liveBytes: number;
}

/** A function of the author's at work on one line, on one path of calls. */
class CallNode {
  allocatedBytes = 0;
  liveBytes = 0;
  allocations = 0;
  readonly children = new Map<string, CallNode>();
  readonly functionName: string;
  readonly place: Place | undefined;

  constructor(functionName: string, place: Place | undefined) {
    this.functionName = functionName;
    this.place = place;
  }

  child(functionName: string, place: Place): CallNode {
    const key = `${functionName} ${place.line} ${place.file}`;
    let child = this.children.get(key);
    if (child === undefined) {
      child = new CallNode(functionName, place);
      this.children.set(key, child);
    }
    return child;
  }

  add({ allocatedBytes, allocations, liveBytes }: NodeAmounts): void {
    this.allocatedBytes += allocatedBytes;
    this.allocations += allocations;
    this.liveBytes += liveBytes;
  }
}

/** Of nodes that are not shown one by one. */
const OTHER = "(other)";
/** A node whose whole subtree has less than this share of all is folded into its parent's rest. */
const LEAST_SHARE = 0.001;

const isPlace = (judged: Responsible): judged is Place => typeof judged === "object";

/**
 * The tree of calls of the author's functions. A function is one node for each line that it was at work on: the line of a
 * marker says which, and belongs to the function that called the marker.
 */
export function buildCallTree(
  snapshot: TraceSnapshot,
  finder: PlaceFinder,
  amountsAt: (node: number) => NodeAmounts,
): AllocationCallNode {
  const root = new CallNode("(root)", undefined);
  /** For each node of V8's tree: ours, its parent's in ours, and the name of the function that runs. */
  const nodes = new Map<number, { readonly call: CallNode; readonly caller: CallNode; readonly name: string }>();
  const start = { call: root, caller: root, name: "" };
  const judged = snapshot.functions.map((fn) => finder.judge(fn));
  for (let i = 0; i < snapshot.order.length; i++) {
    const node = snapshot.order.get(i);
    const parent = nodes.get(snapshot.parents.get(node)) ?? start;
    const fn = snapshot.functions[snapshot.functionOf.get(node)];
    const own = judged[snapshot.functionOf.get(node)] ?? "caller";
    if (fn === undefined || !isPlace(own)) {
      nodes.set(node, parent);
      if (own === "measuring") continue;
    } else if (own.level === "line") {
      // The marker of a line stands for the function that called it.
      const { caller, name } = parent;
      nodes.set(node, { call: caller.child(name, own), caller, name });
    } else {
      const name = nameOf(fn);
      nodes.set(node, { call: parent.call.child(name, own), caller: parent.call, name });
    }
    nodes.get(node)?.call.add(amountsAt(node));
  }
  return fold(root);
}

const nameOf = (fn: TraceFunction): string => (fn.name === "" ? "(anonymous)" : fn.name);

/** Bytes that count for what is shown: of what was freed as much as of what is alive. */
const weightOf = (node: { readonly allocatedBytes: number; readonly liveBytes: number }): number =>
  Math.max(Math.abs(node.allocatedBytes), Math.abs(node.liveBytes));

function totalWeight(node: CallNode, weights: Map<CallNode, number>): number {
  let weight = weightOf(node);
  for (const child of node.children.values()) weight += totalWeight(child, weights);
  weights.set(node, weight);
  return weight;
}

function fold(root: CallNode): AllocationCallNode {
  const weights = new Map<CallNode, number>();
  const least = totalWeight(root, weights) * LEAST_SHARE;
  return toCalls(root, weights, least);
}

function sumOf(nodes: readonly CallNode[]): { allocatedBytes: number; liveBytes: number; allocations: number } {
  const sum = { allocatedBytes: 0, liveBytes: 0, allocations: 0 };
  for (const node of nodes) {
    const below = sumOf([...node.children.values()]);
    sum.allocatedBytes += node.allocatedBytes + below.allocatedBytes;
    sum.liveBytes += node.liveBytes + below.liveBytes;
    sum.allocations += node.allocations + below.allocations;
  }
  return sum;
}

function toCalls(node: CallNode, weights: ReadonlyMap<CallNode, number>, least: number): AllocationCallNode {
  const { functionName, place, allocatedBytes, liveBytes, allocations } = node;
  const all = [...node.children.values()];
  const shown = all.filter((child) => (weights.get(child) ?? 0) >= least && (weights.get(child) ?? 0) > 0);
  const rest = sumOf(all.filter((child) => !shown.includes(child)));
  const children = shown
    .map((child) => toCalls(child, weights, least))
    .sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line));
  if (rest.allocations !== 0 || rest.allocatedBytes !== 0 || rest.liveBytes !== 0) {
    children.push({ functionName: OTHER, file: "", line: 0, ...rest, children: [] });
  }
  const [file, line] = place === undefined ? ["", 0] : [place.file, place.line];
  return { functionName, file, line, allocatedBytes, liveBytes, allocations, children };
}

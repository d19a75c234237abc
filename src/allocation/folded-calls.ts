import type { AllocationCallNode } from "../model/line-profile.ts";
import { type Amounts, addAmounts, noAmounts } from "./amounts.ts";
import type { CallNode, CallTree } from "./call-tree.ts";
import { NumberList } from "./number-list.ts";

/** Name of the node with the sum of small subtrees. */
const OTHER = "(other)";
/** Name of the node with allocations that belong to no line. */
const ELSEWHERE = "(elsewhere)";
/** A subtree with less than this share of all bytes is folded into the `(other)` node of its parent. */
const LEAST_SHARE = 0.001;

/** A shown node, with its shown children and the sum of the subtrees that are not shown. */
interface ShownCall {
  readonly node: CallNode;
  readonly children: ShownCall[];
  readonly rest: Amounts;
}

/** Bytes that decide whether a node is shown: the greater of allocated and live bytes. */
const weightOf = ({ allocatedBytes, liveBytes }: Amounts): number =>
  Math.max(Math.abs(allocatedBytes), Math.abs(liveBytes));

/** Returns the weight of each subtree, by its node. One pass from the last node suffices: children have greater numbers. */
function totalWeights(tree: CallTree): NumberList {
  const weights = new NumberList();
  for (let node = tree.length - 1; node >= 0; node--) {
    weights.add(node, weightOf(tree.amounts(node)));
    if (node !== tree.root) weights.add(tree.parent(node), weights.get(node));
  }
  return weights;
}

/** Returns the root with all nodes whose subtrees have enough bytes. */
function selectShown(tree: CallTree): ShownCall {
  const weights = totalWeights(tree);
  const least = weights.get(tree.root) * LEAST_SHARE;
  const root: ShownCall = { node: tree.root, children: [], rest: noAmounts() };
  const shown = new Map<CallNode, ShownCall>([[tree.root, root]]);
  /** The nearest shown caller of each node that is not shown. */
  const foldedInto = new NumberList();
  for (let node = 1; node < tree.length; node++) {
    const caller = tree.parent(node);
    const shownCaller = shown.get(caller);
    const weight = weights.get(node);
    if (shownCaller !== undefined && weight >= least && weight > 0) {
      const call: ShownCall = { node, children: [], rest: noAmounts() };
      shownCaller.children.push(call);
      shown.set(node, call);
      continue;
    }
    const into = shownCaller?.node ?? foldedInto.get(caller);
    foldedInto.set(node, into);
    addAmounts((shown.get(into) ?? root).rest, tree.amounts(node));
  }
  return root;
}

/** Returns a list with one leaf that is not a function, such as `(other)`. The list is empty if all amounts are 0. */
export function leaf(
  functionName: string,
  { allocatedBytes, liveBytes, allocations }: Pick<Amounts, "allocatedBytes" | "liveBytes" | "allocations">,
): AllocationCallNode[] {
  if (allocatedBytes === 0 && liveBytes === 0 && allocations === 0) return [];
  return [{ functionName, functionLine: 0, file: "", line: 0, allocatedBytes, liveBytes, allocations, children: [] }];
}

/** Compares two calls by file, line, line of the function and name. */
function compareCalls(tree: CallTree, a: CallNode, b: CallNode): number {
  const [one, other] = [tree.frameOf(a), tree.frameOf(b)];
  if (one.site?.file !== other.site?.file) return (one.site?.file ?? "") < (other.site?.file ?? "") ? -1 : 1;
  const byLine = (one.site?.line ?? 0) - (other.site?.line ?? 0) || one.functionLine - other.functionLine;
  return byLine || (one.functionName < other.functionName ? -1 : 1);
}

function toCalls(tree: CallTree, { node, children, rest }: ShownCall): AllocationCallNode {
  const { functionName, functionLine, site } = tree.frameOf(node);
  const amounts = tree.amounts(node);
  const own = site === undefined ? noAmounts() : amounts;
  const calls = children
    .sort((a, b) => compareCalls(tree, a.node, b.node))
    .map((child): AllocationCallNode => toCalls(tree, child));
  return {
    functionName,
    functionLine,
    file: site?.file ?? "",
    line: site?.line ?? 0,
    allocatedBytes: own.allocatedBytes,
    liveBytes: own.liveBytes,
    allocations: own.allocations,
    children: [...calls, ...leaf(OTHER, rest), ...(site === undefined ? leaf(ELSEWHERE, amounts) : [])],
  };
}

/**
 * Converts the call tree to its stored form. Small subtrees are summed up in `(other)` nodes, so totals stay the same.
 */
export function foldCalls(tree: CallTree): AllocationCallNode {
  return toCalls(tree, selectShown(tree));
}

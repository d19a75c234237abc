import type { AllocationCallNode } from "../model/line-profile.ts";
import { type Amounts, addAmounts, noAmounts } from "./amounts.ts";
import type { CallNode, CallTree } from "./call-tree.ts";

/** Name of the node with the sum of small subtrees. */
const OTHER = "(other)";
/** Name of the node with allocations that belong to no line. */
const ELSEWHERE = "(elsewhere)";
/** A subtree with less than this share of all bytes is folded into the `(other)` node of its parent. */
const LEAST_SHARE = 0.001;

/** Bytes that decide whether a node is shown: the greater of allocated and live bytes. */
const weightOf = ({ allocatedBytes, liveBytes }: Amounts): number =>
  Math.max(Math.abs(allocatedBytes), Math.abs(liveBytes));

function totalWeight(node: CallNode, weights: Map<CallNode, number>): number {
  let weight = weightOf(node.amounts);
  for (const child of node.children.values()) weight += totalWeight(child, weights);
  weights.set(node, weight);
  return weight;
}

function addWhole(to: Amounts, node: CallNode): void {
  addAmounts(to, node.amounts);
  for (const child of node.children.values()) addWhole(to, child);
}

/** Returns a list with one leaf that is not a function, such as `(other)`. The list is empty if all amounts are 0. */
export function leaf(
  functionName: string,
  { allocatedBytes, liveBytes, allocations }: Pick<Amounts, "allocatedBytes" | "liveBytes" | "allocations">,
): AllocationCallNode[] {
  if (allocatedBytes === 0 && liveBytes === 0 && allocations === 0) return [];
  return [{ functionName, functionLine: 0, file: "", line: 0, allocatedBytes, liveBytes, allocations, children: [] }];
}

function compareCalls(a: CallNode, b: CallNode): number {
  const [one, other] = [a, b].map(({ site, functionLine }) => [site?.line ?? 0, functionLine] as const);
  if (a.site?.file !== b.site?.file) return (a.site?.file ?? "") < (b.site?.file ?? "") ? -1 : 1;
  const byLine = (one?.[0] ?? 0) - (other?.[0] ?? 0) || (one?.[1] ?? 0) - (other?.[1] ?? 0);
  return byLine || (a.functionName < b.functionName ? -1 : 1);
}

function toCalls(node: CallNode, weights: ReadonlyMap<CallNode, number>, least: number): AllocationCallNode {
  const { functionName, functionLine, site, amounts } = node;
  const isShown = (child: CallNode): boolean => (weights.get(child) ?? 0) >= least && (weights.get(child) ?? 0) > 0;
  const all = [...node.children.values()];
  const rest = noAmounts();
  for (const child of all) if (!isShown(child)) addWhole(rest, child);
  const children = all
    .filter(isShown)
    .sort(compareCalls)
    .map((child) => toCalls(child, weights, least));
  const own = site === undefined ? noAmounts() : amounts;
  return {
    functionName,
    functionLine,
    file: site?.file ?? "",
    line: site?.line ?? 0,
    allocatedBytes: own.allocatedBytes,
    liveBytes: own.liveBytes,
    allocations: own.allocations,
    children: [...children, ...leaf(OTHER, rest), ...(site === undefined ? leaf(ELSEWHERE, amounts) : [])],
  };
}

/**
 * Converts the call tree to its stored form. Small subtrees are summed up in `(other)` nodes, so totals stay the same.
 */
export function foldCalls({ root }: CallTree): AllocationCallNode {
  const weights = new Map<CallNode, number>();
  const least = totalWeight(root, weights) * LEAST_SHARE;
  return toCalls(root, weights, least);
}

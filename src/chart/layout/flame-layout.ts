import type { FlameNode } from "../../model/line-views.ts";

/** A node of the call tree with its total bytes. */
interface WeighedNode {
  readonly node: FlameNode;
  readonly totalBytes: number;
  readonly children: readonly WeighedNode[];
}

/** A rectangle of a flame graph. `functionName` is `(other)` for several small rectangles merged into one. */
export interface FlameRectangle {
  readonly functionName: string;
  readonly file: string;
  readonly line: number;
  /** Names of the functions from the root to this one. */
  readonly path: readonly string[];
  readonly selfBytes: number;
  readonly totalBytes: number;
  /** Number of callers above the function: 0 for the root. */
  readonly depth: number;
  /** Left edge on the axis of bytes. */
  readonly startBytes: number;
}

export interface FlameLayoutOptions {
  /** Children with fewer total bytes are merged into `(other)`. If `(other)` has fewer too, it is left out. */
  readonly leastBytes: number;
  /** Number of rows; deeper calls are merged in the last row. */
  readonly mostDepth: number;
}

const OTHER = "(other)";

/**
 * Lays out a call tree as rectangles, each as wide as its total bytes and below its caller, the heaviest child first.
 * The part of a rectangle with no rectangle below it is its self bytes. d3-hierarchy's `partition` is not used, because
 * its `hierarchy` takes time quadratic in the depth of the tree (5 s for 20,000 nested calls).
 *
 * @returns rectangles from the root down, each row from left to right
 */
export function layOutFlames(root: FlameNode, options: FlameLayoutOptions): readonly FlameRectangle[] {
  const rectangles: FlameRectangle[] = [];
  const pending: { weighed: WeighedNode; depth: number; startBytes: number; path: readonly string[] }[] = [
    { weighed: weigh(root), depth: 0, startBytes: 0, path: [] },
  ];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { weighed, depth, startBytes } = next;
    const { functionName, file, line, bytes: selfBytes } = weighed.node;
    const { totalBytes } = weighed;
    if (totalBytes <= 0) continue;
    const path = [...next.path, functionName];
    rectangles.push({ functionName, file, line, path, selfBytes, totalBytes, depth, startBytes });
    let childStart = startBytes;
    for (const child of mergeSmall(weighed.children, depth + 1, options)) {
      pending.push({ weighed: child, depth: depth + 1, startBytes: childStart, path });
      childStart += child.totalBytes;
    }
  }
  return rectangles.sort((a, b) => a.depth - b.depth || a.startBytes - b.startBytes);
}

/**
 * Computes the total bytes of every node, from the leaves up. Uses a loop, because call trees of recursive programs are
 * too deep for recursion.
 */
function weigh(root: FlameNode): WeighedNode {
  const order: FlameNode[] = [];
  for (const pending = [root]; ; ) {
    const node = pending.pop();
    if (node === undefined) break;
    order.push(node);
    pending.push(...node.children);
  }
  const weighed = new Map<FlameNode, WeighedNode>();
  for (const node of order.reverse()) {
    const children = node.children.flatMap((child) => weighed.get(child) ?? []);
    const totalBytes = children.reduce((total, child) => total + child.totalBytes, node.bytes);
    weighed.set(node, { node, totalBytes, children: children.sort((a, b) => b.totalBytes - a.totalBytes) });
  }
  const whole = weighed.get(root);
  if (whole === undefined) throw new Error("The root of a flame graph has no total.");
  return whole;
}

/** Keeps the children that are wide enough to see, and merges the rest into `(other)` if that is wide enough. */
function mergeSmall(
  children: readonly WeighedNode[],
  depth: number,
  { leastBytes, mostDepth }: FlameLayoutOptions,
): readonly WeighedNode[] {
  const isLast = depth >= mostDepth;
  const isShown = ({ totalBytes, node }: WeighedNode): boolean =>
    !isLast && totalBytes >= leastBytes && node.functionName !== OTHER;
  const shown = children.filter(isShown);
  const bytes = children.reduce((total, child) => total + (isShown(child) ? 0 : child.totalBytes), 0);
  if (bytes < leastBytes) return shown;
  const node = { functionName: OTHER, file: "", line: 0, bytes, children: [] };
  return [...shown, { node, totalBytes: bytes, children: [] }];
}

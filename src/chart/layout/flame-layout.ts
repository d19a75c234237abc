import type { FlameNode } from "../../model/line-views.ts";

/** A node with all that it calls. */
interface WeighedNode {
  readonly node: FlameNode;
  /** Its own bytes and those of all below it. */
  readonly totalBytes: number;
  readonly children: readonly WeighedNode[];
}

/** A rectangle of a flame graph. `functionName` is `(other)` where small ones stand together. */
export interface FlameRectangle {
  readonly functionName: string;
  readonly file: string;
  readonly line: number;
  /** Names of its callers from the root, and its own. */
  readonly path: readonly string[];
  readonly ownBytes: number;
  readonly totalBytes: number;
  /** 0 for the root, 1 for what it calls. */
  readonly depth: number;
  /** Place along the axis, in bytes from the left. */
  readonly startBytes: number;
}

export interface FlameLayoutOptions {
  /** Neighbours with fewer bytes stand together as `(other)`. */
  readonly leastBytes: number;
  /** Rows; what lies deeper stands together in the last one. */
  readonly mostDepth: number;
}

const OTHER = "(other)";

/**
 * Rectangles of a flame graph from the root down, heaviest child first: each as wide as its bytes, below its caller. Bytes
 * of the function itself are the part of a rectangle with nothing below it.
 */
export function layOutFlames(root: FlameNode, options: FlameLayoutOptions): readonly FlameRectangle[] {
  const rectangles: FlameRectangle[] = [];
  const pending: { weighed: WeighedNode; depth: number; startBytes: number; path: readonly string[] }[] = [
    { weighed: weigh(root), depth: 0, startBytes: 0, path: [] },
  ];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { weighed, depth, startBytes } = next;
    const { functionName, file, line, bytes } = weighed.node;
    const path = [...next.path, functionName];
    if (weighed.totalBytes <= 0) continue;
    rectangles.push({
      functionName,
      file,
      line,
      path,
      ownBytes: bytes,
      totalBytes: weighed.totalBytes,
      depth,
      startBytes,
    });
    let childStart = startBytes;
    for (const child of foldChildren(weighed.children, depth + 1, options)) {
      pending.push({ weighed: child, depth: depth + 1, startBytes: childStart, path });
      childStart += child.totalBytes;
    }
  }
  return rectangles.sort((a, b) => a.depth - b.depth || a.startBytes - b.startBytes);
}

/** Sums from the leaves up, without recursion: a recursive program makes deep trees. */
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
  if (whole === undefined) throw new Error("The root of a flame graph was not weighed.");
  return whole;
}

/** Children that can be seen; the rest together, if it can be seen together. */
function foldChildren(
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

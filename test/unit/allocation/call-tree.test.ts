import { expect, test } from "vitest";
import { addAmounts, noAmounts } from "../../../src/allocation/amounts.ts";
import { type CallNode, CallTree, MOST_DEPTH } from "../../../src/allocation/call-tree.ts";
import { foldCalls } from "../../../src/allocation/folded-calls.ts";
import type { AllocationCallNode } from "../../../src/model/line-profile.ts";

const place = (line: number) => ({ file: "a.ts", line, level: "line" }) as const;
const give = (node: CallNode, allocatedBytes: number): void =>
  addAmounts(node.amounts, { ...noAmounts(), allocatedBytes, allocations: 1 });
const total = (node: AllocationCallNode): number =>
  node.children.reduce((sum, child) => sum + total(child), node.allocatedBytes);
const depth = (node: AllocationCallNode): number => 1 + Math.max(0, ...node.children.map(depth));

test("a deep recursion keeps all its bytes, in a tree of limited depth", () => {
  const tree = new CallTree();
  let node = tree.root;
  for (let level = 1; level <= 100_000; level++) {
    node = tree.child(node, `f${level}`, level, place(level));
    give(node, level <= MOST_DEPTH ? 1000 : 1);
  }
  expect(node.depth).toBe(MOST_DEPTH);
  const folded = foldCalls(tree);
  expect(total(folded)).toBe(MOST_DEPTH * 1000 + 100_000 - MOST_DEPTH);
  expect(depth(folded)).toBe(MOST_DEPTH + 1);
  expect(JSON.parse(JSON.stringify(folded))).toEqual(folded);
});

test("small subtrees become one node, and allocations of no line another", () => {
  const tree = new CallTree();
  const big = tree.child(tree.root, "big", 1, place(2));
  give(big, 1_000_000);
  const small = tree.child(big, "small", 8, place(9));
  give(small, 1);
  give(tree.child(small, "smaller", 8, place(9)), 2);
  give(tree.root, 70);
  expect(foldCalls(tree).children).toMatchObject([
    { functionName: "big", functionLine: 1, line: 2, children: [{ functionName: "(other)", allocatedBytes: 3 }] },
    { functionName: "(elsewhere)", file: "", allocatedBytes: 70 },
  ]);
});

test("the same call at another line has the same caller", () => {
  const tree = new CallTree();
  const outer = tree.child(tree.root, "outer", 1, place(2));
  const inner = tree.child(outer, "inner", 5, place(6));
  const other = tree.onLine(inner, place(7));
  expect([other.functionName, other.functionLine, other.parent]).toEqual(["inner", 5, outer]);
  expect(tree.onLine(inner, place(7))).toBe(other);
  expect(tree.at(other.site as never)).toEqual([other]);
});

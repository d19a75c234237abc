import { expect, test } from "vitest";
import { type CallNode, CallTree, MOST_DEPTH } from "../../../src/allocation/call-tree.ts";
import { foldCalls } from "../../../src/allocation/folded-calls.ts";
import type { AllocationCallNode } from "../../../src/model/line-profile.ts";

const place = (line: number) => ({ file: "a.ts", line, level: "line" }) as const;
const give = (tree: CallTree, node: CallNode, allocatedBytes: number): void =>
  tree.add(node, { allocatedBytes, allocations: 1 });
const total = (node: AllocationCallNode): number =>
  node.children.reduce((sum, child) => sum + total(child), node.allocatedBytes);
const depth = (node: AllocationCallNode): number => 1 + Math.max(0, ...node.children.map(depth));

test("a deep recursion keeps all its bytes, in a tree of limited depth", () => {
  const tree = new CallTree();
  let node = tree.root;
  for (let level = 1; level <= 100_000; level++) {
    node = tree.child(node, `f${level}`, level, place(level));
    give(tree, node, level <= MOST_DEPTH ? 1000 : 1);
  }
  expect(tree.depth(node)).toBe(MOST_DEPTH);
  const folded = foldCalls(tree);
  expect(total(folded)).toBe(MOST_DEPTH * 1000 + 100_000 - MOST_DEPTH);
  expect(depth(folded)).toBe(MOST_DEPTH + 1);
  expect(JSON.parse(JSON.stringify(folded))).toEqual(folded);
});

test("small subtrees become one node, and allocations of no line another", () => {
  const tree = new CallTree();
  const big = tree.child(tree.root, "big", 1, place(2));
  give(tree, big, 1_000_000);
  const small = tree.child(big, "small", 8, place(9));
  give(tree, small, 1);
  give(tree, tree.child(small, "smaller", 8, place(9)), 2);
  give(tree, tree.root, 70);
  expect(foldCalls(tree).children).toMatchObject([
    { functionName: "big", functionLine: 1, line: 2, children: [{ functionName: "(other)", allocatedBytes: 3 }] },
    { functionName: "(elsewhere)", file: "", allocatedBytes: 70 },
  ]);
});

test("a small subtree below others that are small is in the node of the nearest caller that is shown", () => {
  const tree = new CallTree();
  const big = tree.child(tree.root, "big", 1, place(2));
  give(tree, big, 1_000_000);
  const sites = [place(3), place(4)] as const;
  let node = big;
  for (let i = 0; i < 5000; i++) {
    // Nodes of several subtrees alternate.
    node = tree.child(i % 50 === 0 ? big : node, `f${i}`, 3, sites[i % 2] ?? sites[0]);
    give(tree, node, 1);
  }
  expect(foldCalls(tree).children).toMatchObject([
    { functionName: "big", allocatedBytes: 1_000_000, children: [{ functionName: "(other)", allocatedBytes: 5000 }] },
  ]);
  expect(tree.at(sites[1])).toHaveLength(2500);
  expect([...tree.sites()].map(([{ line }, { allocations }]) => [line, allocations])).toEqual([
    [2, 1],
    [3, 2500],
    [4, 2500],
  ]);
});

test("the same call at another line has the same caller", () => {
  const tree = new CallTree();
  const outer = tree.child(tree.root, "outer", 1, place(2));
  const at7 = place(7);
  const inner = tree.child(outer, "inner", 5, place(6));
  const other = tree.onLine(inner, at7);
  expect(tree.frameOf(other)).toEqual({ functionName: "inner", functionLine: 5, site: place(7) });
  expect(tree.parent(other)).toBe(outer);
  expect(tree.onLine(inner, at7)).toBe(other);
  expect(tree.at(at7)).toEqual([other]);
});

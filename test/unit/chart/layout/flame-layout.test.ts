import fc from "fast-check";
import { expect, test } from "vitest";
import { type FlameRectangle, layOutFlames } from "../../../../src/chart/layout/flame-layout.ts";
import type { FlameNode } from "../../../../src/model/line-views.ts";

function node(functionName: string, bytes: number, children: readonly FlameNode[] = []): FlameNode {
  return { functionName, file: "a.ts", line: 1, bytes, children };
}

const namesOf = (rectangles: readonly FlameRectangle[]): string[] =>
  rectangles.map(({ functionName, startBytes, totalBytes }) => `${functionName} ${startBytes}+${totalBytes}`);

test("callees are below their caller, the heaviest first, and the rest is its self bytes", () => {
  const root = node("root", 10, [node("light", 20), node("heavy", 30, [node("leaf", 40)])]);
  expect(namesOf(layOutFlames(root, { leastBytes: 1, mostDepth: 9 }))).toEqual([
    "root 0+100",
    "heavy 0+70",
    "light 70+20",
    "leaf 0+40",
  ]);
});

test("small rectangles are merged, and dropped if they are small together", () => {
  const crumbs = Array.from({ length: 5 }, (_, index) => node(`f${index}`, 3));
  const root = node("root", 0, [node("big", 85), ...crumbs]);
  expect(namesOf(layOutFlames(root, { leastBytes: 10, mostDepth: 9 }))).toEqual([
    "root 0+100",
    "big 0+85",
    "(other) 85+15",
  ]);
  expect(namesOf(layOutFlames(root, { leastBytes: 20, mostDepth: 9 }))).toEqual(["root 0+100", "big 0+85"]);
});

test("20,000 nested calls are laid out to the last row", () => {
  let deep = node("leaf", 8);
  for (let level = 0; level < 20_000; level += 1) deep = node("again", 1, [deep]);
  const rectangles = layOutFlames(deep, { leastBytes: 1, mostDepth: 5 });
  expect(rectangles.map(({ functionName }) => functionName)).toEqual([...new Array(5).fill("again"), "(other)"]);
  expect(rectangles.at(-1)?.totalBytes).toBe(20_008 - 5);
});

test("a tree without bytes has no rectangles", () => {
  expect(layOutFlames(node("root", 0, [node("f", 0)]), { leastBytes: 0, mostDepth: 9 })).toEqual([]);
});

const functionName = fc.constantFrom("f", "g", "(other)");
const bytes = fc.nat({ max: 100 });
const { tree } = fc.letrec<{ tree: FlameNode; leaf: FlameNode; branch: FlameNode }>((tie) => ({
  leaf: fc.tuple(functionName, bytes).map(([name, own]) => node(name, own)),
  branch: fc
    .tuple(functionName, bytes, fc.array(tie("tree"), { maxLength: 4 }))
    .map(([name, own, children]) => node(name, own, children)),
  tree: fc.oneof({ maxDepth: 8 }, tie("leaf"), tie("branch")),
}));

test("rectangles are within their callers, do not overlap, and show no byte twice", () => {
  fc.assert(
    fc.property(tree, fc.nat({ max: 50 }), fc.integer({ min: 1, max: 6 }), (root, leastBytes, mostDepth) => {
      const rectangles = layOutFlames(root, { leastBytes, mostDepth });
      for (const [index, one] of rectangles.entries()) {
        expect(one.depth).toBeLessThanOrEqual(mostDepth);
        const next = rectangles[index + 1];
        if (next?.depth === one.depth) expect(next.startBytes).toBeGreaterThanOrEqual(one.startBytes + one.totalBytes);
        if (one.depth === 0) continue;
        const callers = rectangles.filter(
          (other) =>
            other.depth === one.depth - 1 &&
            other.startBytes <= one.startBytes &&
            other.startBytes + other.totalBytes >= one.startBytes + one.totalBytes,
        );
        expect(callers.length).toBeGreaterThan(0);
      }
      const self = rectangles.reduce((sum, { selfBytes }) => sum + selfBytes, 0);
      expect(self).toBeLessThanOrEqual(rectangles[0]?.totalBytes ?? 0);
    }),
  );
});

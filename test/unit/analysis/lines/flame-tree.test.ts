import { expect, test } from "vitest";
import { toFlameTree } from "../../../../src/analysis/lines/flame-tree.ts";
import type { FlameNode } from "../../../../src/model/line-views.ts";
import { makeCall } from "../../../helpers/profiles.ts";

const show = ({ functionName, line, bytes, children }: FlameNode): unknown => [
  `${functionName}:${line} ${bytes}`,
  ...children.map(show),
];

test("all lines of a function are one node below its caller, with the calls of all of them", () => {
  const at = (line: number) => ({ functionLine: 10, line });
  const walk = [
    makeCall("walk", 5, [makeCall("step", 1)], at(12)),
    makeCall("walk", 7, [makeCall("step", 2), makeCall("other", 3)], at(14)),
  ];
  const root = makeCall("(root)", 0, [makeCall("cell", 1, walk), makeCall("walk", 9, [], at(12))], { functionLine: 0 });
  expect(show(toFlameTree(root, "allocated"))).toEqual([
    "(root):0 0",
    ["cell:1 1", ["walk:10 12", ["step:1 3"], ["other:1 3"]]],
    ["walk:10 9"],
  ]);
});

test("functions of the same name on different lines are different nodes", () => {
  const root = makeCall("(root)", 0, [
    makeCall("(anonymous)", 5, [], { functionLine: 3 }),
    makeCall("(anonymous)", 7, [], { functionLine: 8 }),
  ]);
  expect(toFlameTree(root, "allocated").children.map(({ line, bytes }) => [line, bytes])).toEqual([
    [3, 5],
    [8, 7],
  ]);
});

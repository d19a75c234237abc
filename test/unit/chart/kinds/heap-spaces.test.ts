import { expect, test } from "vitest";
import { heapSpaces } from "../../../../src/chart/kinds/heap-spaces.ts";
import { groupSpaces, sumSpaces } from "../../../../src/chart/parts/space-groups.ts";
import type { Collection } from "../../../../src/model/collections.ts";
import type { ReadyChart } from "../../../../src/model/ready-charts.ts";
import { MIB, regionHeapOf } from "../sample-charts.ts";

const spaces = {
  new_space: 3 * MIB,
  new_large_object_space: MIB,
  old_space: 10 * MIB,
  large_object_space: 2 * MIB,
  trusted_space: 1000,
  a_space_of_the_future: 24,
};
const collection: Collection = {
  region: "",
  kind: "scavenge",
  timeMs: 12.3456,
  pauseMs: 1,
  usedBeforeBytes: sumSpaces(spaces),
  usedAfterBytes: sumSpaces(spaces) - 4 * MIB,
  spacesBeforeBytes: spaces,
  spacesAfterBytes: { ...spaces, new_space: 0, new_large_object_space: 0 },
};
const chart: Extract<ReadyChart, { readonly chart: "heap-spaces" }> = {
  chart: "heap-spaces",
  runs: [{ series: "", collections: [collection] }],
};

test("every byte belongs to one group, also in unknown spaces", () => {
  const groups = groupSpaces(spaces);
  expect(groups).toEqual({ old: 10 * MIB, "large objects": 2 * MIB, code: 1000, other: 24, new: 4 * MIB });
  expect(Object.values(groups).reduce((sum, bytes) => sum + bytes, 0)).toBe(sumSpaces(spaces));
});

test("a stack is as high as the heap, with groups too small to see as other", () => {
  const { spec } = heapSpaces.draw(chart, "wide", new Map());
  const [panel] = spec["concat"] as { data: { values: { series: string; x: number; from: number; to: number }[] } }[];
  const before = panel?.data.values.filter((row) => row.x < 13) ?? [];
  expect(before.map((row) => row.series)).toEqual(["old", "large objects", "other", "new"]);
  expect(before.at(-1)?.to).toBeCloseTo(sumSpaces(spaces) / MIB, 3);
  for (const [index, row] of before.entries()) expect(row.from).toBe(index === 0 ? 0 : before[index - 1]?.to);
});

test("the table has both ends of each collection, the summary the highest moment", () => {
  expect(heapSpaces.data(chart).rows).toMatchObject([
    { collection: 1, end: "before", timeMs: 12.346, new: 4 * MIB, old: 10 * MIB },
    { collection: 1, end: "after", new: 0, old: 10 * MIB },
  ]);
  expect(heapSpaces.summarize(chart)).toBe(
    "Used heap by space: the heap peaks at 16.0\u00a0MiB after 12\u00a0ms (old 10\u00a0MiB, new 4\u00a0MiB, large objects 2\u00a0MiB, other 1\u00a0KiB; 1 collection).",
  );
});

test("a run without collections is a stack from the start of its region to the end", () => {
  const heap = regionHeapOf(31.25, 14);
  const ends: typeof chart = { chart: "heap-spaces", runs: [{ series: "", collections: [], heap }] };
  const { spec } = heapSpaces.draw(ends, "wide", new Map());
  const [panel] = spec["concat"] as { data: { values: { series: string; x: number; to: number }[] } }[];
  const tops = panel?.data.values.filter(({ series }) => series === "new") ?? [];
  expect(tops.map(({ x, to }) => [x, to])).toEqual([
    [0, 4],
    [31.25, 14],
  ]);
  expect(heapSpaces.data(ends).rows).toMatchObject([
    { collection: null, kind: "region", end: "start", timeMs: 0 },
    { collection: null, kind: "region", end: "end", timeMs: 31.25 },
  ]);
  expect(heapSpaces.summarize(ends)).toMatch(/the heap peaks at 14\u00a0MiB after 31\u00a0ms \(.*; 0 collections\)/);
});

import { expect, test } from "vitest";
import { heapTimeline } from "../../../../src/chart/kinds/heap-timeline.ts";
import type { CollectedRun, ReadyChart } from "../../../../src/model/ready-charts.ts";
import { collectionsOf, MIB, regionHeapOf } from "../sample-charts.ts";

const chartOf = (...runs: CollectedRun[]): Extract<ReadyChart, { readonly chart: "heap-timeline" }> => ({
  chart: "heap-timeline",
  runs,
});
const quiet: CollectedRun = { series: "", collections: [], heap: regionHeapOf(31.25, 14) };

test("a run without collections is a line from the start of its region to the end", () => {
  const { spec } = heapTimeline.draw(chartOf(quiet), "wide", new Map());
  expect(spec["data"]).toEqual({
    values: [
      { series: "", x: 0, heap: 4 },
      { series: "", x: 31.25, heap: 14 },
    ],
  });
  expect(JSON.stringify(spec)).toContain("no collections");
  expect(JSON.stringify(spec)).not.toContain("major");
  expect(heapTimeline.data(chartOf(quiet)).rows).toMatchObject([
    { collection: null, kind: "start", timeMs: 0, usedBeforeBytes: null, usedAfterBytes: 4 * MIB },
    { collection: null, kind: "end", timeMs: 31.25, usedBeforeBytes: 14 * MIB, usedAfterBytes: null },
  ]);
  expect(heapTimeline.summarize(chartOf(quiet))).toBe(
    "Used heap over time: the heap peaks at 14\u00a0MiB after 31\u00a0ms (0 collections).",
  );
});

test("a full collection is marked where it begins, with the ends of the region and without", () => {
  const collections = collectionsOf(5);
  const full = collections.find(({ kind }) => kind === "mark-compact");
  for (const heap of [undefined, regionHeapOf(60, 9)]) {
    const { spec } = heapTimeline.draw(chartOf({ series: "", collections, ...(heap && { heap }) }), "wide", new Map());
    const layers = spec["layer"] as { data?: { values: unknown[] } }[];
    expect(layers[1]?.data?.values).toMatchObject([{ x: Number(full?.timeMs?.toFixed(3)) }]);
  }
});

test.each([9, 14, 18, 100, 1000])(
  "the note of a run without collections lies between grid lines (heap up to %i MiB)",
  (peak) => {
    const { spec } = heapTimeline.draw(chartOf({ ...quiet, heap: regionHeapOf(31.25, peak) }), "wide", new Map());
    const text = JSON.stringify(spec);
    const y = Number(/"y":([\d.]+),"text":"no collections"/.exec(text)?.[1]);
    const [, domain = "[0,1]", values = "[]"] =
      /"y":\{"field":"heap".*?"domain":(\[[^\]]*\]).*?"values":(\[[^\]]*\])/.exec(text) ?? [];
    const [low, high] = JSON.parse(domain) as [number, number];
    const height = Number(spec["height"]);
    const lines = (JSON.parse(values) as number[]).map((tick) => height - ((tick - low) / (high - low)) * height);
    expect(lines.length).toBeGreaterThan(3);
    // Half of the text's height and a pixel.
    expect(Math.min(...lines.map((line) => Math.abs(line - y)))).toBeGreaterThan(8);
  },
);

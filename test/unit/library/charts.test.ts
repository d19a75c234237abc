import { describe, expect, test } from "vitest";
import {
  heapSpaces,
  heapTimeline,
  metricBars,
  metricDots,
  metricLine,
  pauseHistogram,
  peaks,
  sideBySide,
  timeSpace,
} from "../../../src/library/charts.ts";
import type { Collection, RegionHeap } from "../../../src/model/collections.ts";
import type { MetricSummary } from "../../../src/model/metrics.ts";
import type { ResultModule, ResultVariant } from "../../../src/model/result-module.ts";
import type { Scalar } from "../../../src/model/values.ts";

function regionHeapOf(endMs: number, usedBytes: number): RegionHeap {
  const reading = { usedBytes, spacesBytes: {} };
  return { region: "", endMs, start: reading, end: reading };
}

function summary(id: string, value: number, label = id, unit = "B"): MetricSummary {
  return {
    id,
    region: "",
    label,
    unit,
    better: "lower",
    probe: "peak",
    mode: "distribution",
    value,
    low: value - 1,
    high: value + 1,
    confidence: 0.95,
    samples: [value],
  };
}

function collection(region: string, pauseMs: number): Collection {
  return {
    region,
    kind: "scavenge",
    timeMs: 1,
    pauseMs,
    usedBeforeBytes: 9,
    usedAfterBytes: 3,
    spacesBeforeBytes: {},
    spacesAfterBytes: {},
  };
}

function variant(
  params: Readonly<Record<string, Scalar>>,
  peak: number,
  collections?: readonly Collection[],
): ResultVariant {
  const metrics = {
    ...(collections === undefined ? {} : { collections: summary("collections", collections.length) }),
    peakLive: summary("peakLive", peak, "peak live memory"),
    wallTime: summary("wallTime", 10 * peak, "wall time", "ms"),
    peakRss: summary("peakRss", 100 - peak, "peak resident set"),
  };
  return {
    params,
    metrics,
    regions: { "": metrics, load: { peakLive: summary("peakLive", 5) } },
    collections: collections ?? [],
    checkpoints: [],
    markingSteps: [],
    regionHeaps: [],
    lineProfiles: [],
    tables: {},
    stdout: "",
  };
}

const walks: ResultModule = {
  label: "walks",
  variants: [
    variant({ walks: "saved", blocks: 20 }, 28, [collection("", 2)]),
    variant({ walks: "dropped", blocks: 20 }, 2, []),
  ],
};
const sweep: ResultModule = {
  label: "sweep",
  variants: [1, 2].flatMap((semi) =>
    ["saved", "dropped"].map((kind) => variant({ walks: kind, semi }, semi * (kind === "saved" ? 10 : 1))),
  ),
};

describe("variants are named", () => {
  test("by the parameter in which they differ", () => {
    expect(metricBars(walks, "peakLive").rows.map((row) => row.name)).toEqual(["saved", "dropped"]);
    expect(metricBars(walks.variants.slice(0, 1), "peakLive").rows.map((row) => row.name)).toEqual([""]);
  });

  test("with the parameter's name where the value says little, or several differ", () => {
    expect(
      metricBars(
        sweep.variants.filter((one) => one.params["walks"] === "saved"),
        "peakLive",
      ).rows.map((row) => row.name),
    ).toEqual(["semi = 1", "semi = 2"]);
    expect(metricBars(sweep, "peakLive").rows[1]?.name).toBe("walks = dropped, semi = 1");
  });
});

test("bars have a row for each variant, with interval and colour", () => {
  expect(metricBars(walks, "peakLive")).toEqual({
    chart: "metric-bars",
    metric: { label: "peak live memory", unit: "B" },
    rows: [
      { name: "saved", series: "saved", value: 28, low: 27, high: 29 },
      { name: "dropped", series: "dropped", value: 2, low: 1, high: 3 },
    ],
  });
  const byWalks = metricBars(sweep, "peakLive", { by: "walks", label: "peak" });
  expect(byWalks.metric.label).toBe("peak");
  expect(byWalks.rows.map((row) => row.series)).toEqual(["saved", "dropped", "saved", "dropped"]);
});

test("peaks have their bounds where they were searched for, and what is recorded elsewhere", () => {
  expect(peaks(walks).rows).toEqual([
    { name: "saved", series: "saved", value: 28, low: 27, high: 29, bracket: null, recorded: null },
    { name: "dropped", series: "dropped", value: 2, low: 1, high: 3, bracket: null, recorded: null },
  ]);
  const bracketed = walks.variants.map((one) => ({
    ...one,
    metrics: { ...one.metrics, peakLive: { ...summary("peakLive", 27), mode: "bounds" as const, low: 27, high: 31 } },
  }));
  const chart = peaks(bracketed, { recorded: { saved: 44 }, recordedLabel: "in 2021" });
  expect(chart.recordedLabel).toBe("in 2021");
  expect(chart.rows.map(({ bracket, recorded }) => [bracket, recorded])).toEqual([
    [{ low: 27, high: 31 }, 44],
    [{ low: 27, high: 31 }, null],
  ]);
  expect(peaks(walks, { region: "load" }).rows[0]?.value).toBe(5);
});

test("dots have the rows of bars", () => {
  expect(metricDots(walks, "peakLive")).toEqual({ ...metricBars(walks, "peakLive"), chart: "metric-dots" });
});

test("versions stand side by side in a block for each other variant", () => {
  const versions = ["node@20", "node@24"].flatMap((runtime, index) =>
    ["saved", "dropped"].map((kind) => variant({ runtime, walks: kind }, kind === "saved" ? 20 + index : 2)),
  );
  const chart = sideBySide(versions, "peakLive");
  expect(chart.side).toBe("runtime");
  expect(chart.rows.map(({ group, side, value }) => [group, side, value])).toEqual([
    ["saved", "node@20", 20],
    ["dropped", "node@20", 2],
    ["saved", "node@24", 21],
    ["dropped", "node@24", 2],
  ]);
  expect(sideBySide(sweep, "peakLive", { by: "semi" }).rows.map(({ group, side }) => [group, side])[0]).toEqual([
    "saved",
    "semi = 1",
  ]);
});

test("a metric of a named region is asked for by region and name", () => {
  expect(metricBars(walks, "load.peakLive").rows[0]?.value).toBe(5);
});

test("a line has its parameter along the axis, and a series for the others", () => {
  const line = metricLine(sweep, "peakLive", { x: "semi", logarithmic: true });
  expect(line.x).toEqual({ label: "semi", logarithmic: true });
  expect(line.rows.map(({ x, series, value }) => [x, series, value])).toEqual([
    [1, "saved", 10],
    [1, "dropped", 1],
    [2, "saved", 20],
    [2, "dropped", 2],
  ]);
  expect(metricLine(walks, "peakLive", { x: "blocks", by: "walks" }).rows.map((row) => row.series)).toEqual([
    "saved",
    "dropped",
  ]);
});

test("time and space come from wall time and resident set unless others are named", () => {
  const chart = timeSpace(walks);
  expect([chart.time.label, chart.space.label]).toEqual(["wall time", "peak resident set"]);
  expect(chart.rows[0]).toMatchObject({ name: "saved", series: "", time: { value: 280 }, space: { value: 72 } });
  expect(timeSpace(walks, { space: "peakLive", by: "walks" }).rows[0]).toMatchObject({
    series: "saved",
    space: { value: 28 },
  });
});

test("collections make a run for each variant, and for each region where there are several", () => {
  expect(heapTimeline(walks).runs.map((run) => [run.series, run.collections.length])).toEqual([
    ["saved", 1],
    ["dropped", 0],
  ]);
  const regions = [variant({}, 1, [collection("load", 1), collection("walk", 2), collection("load", 3)])];
  expect(heapTimeline(regions).runs.map((run) => [run.series, run.collections.length])).toEqual([
    ["load", 2],
    ["walk", 1],
  ]);
  const heap = regionHeapOf(5, 9);
  const heaps = (...names: readonly string[]) => names.map((region) => ({ ...heap, region }));
  const ended = [{ ...(regions[0] ?? variant({}, 1)), regionHeaps: heaps("load", "walk", "load", "quiet") }];
  // Two regions of one name: which collections belong to which is unknown.
  expect(heapTimeline(ended).runs.map((run) => [run.series, run.collections.length, run.heap?.region])).toEqual([
    ["load", 2, undefined],
    ["walk", 1, "walk"],
    ["quiet", 0, "quiet"],
  ]);
  expect(heapSpaces(walks).runs).toEqual(heapTimeline(walks).runs);
  expect(pauseHistogram(walks).runs).toEqual([
    { series: "saved", pauses: [{ kind: "scavenge", pauseMs: 2 }] },
    { series: "dropped", pauses: [] },
  ]);
});

test.each<[string, () => unknown, RegExp]>([
  [
    "metric",
    () => metricBars(walks, "peaklive"),
    /Unknown metric `peaklive`\. Did you mean `peakLive`\? Available: .*wallTime.*load\.peakLive/,
  ],
  [
    "parameter",
    () => metricBars(walks, "peakLive", { by: "walk" }),
    /Unknown parameter `walk`\. Did you mean `walks`\? Available: walks, blocks/,
  ],
  ["axis", () => metricLine(walks, "peakLive", { x: "walks" }), /the parameter `walks` is "saved", not a number/],
  ["runtime", () => sideBySide(walks, "peakLive"), /Unknown parameter `runtime`\. Available: /],
  ["recorded peak", () => peaks(walks, { recorded: { save: 1 } }), /Unknown variant `save`\. Did you mean `saved`/],
  ["collections", () => heapTimeline(sweep), /Add `probes: \[gc\]`/],
  ["variants", () => metricBars([], "peakLive"), /The result has no metrics/],
])("an unknown %s is an error that says what there is", (_, work, message) => {
  expect(work).toThrow(message);
});

describe("variants that a chart cannot draw are named, with the reason", () => {
  const without = (one: ResultVariant, id: string): ResultVariant => {
    const metrics = Object.fromEntries(Object.entries(one.metrics).filter(([name]) => name !== id));
    return { ...one, metrics, regions: { ...one.regions, "": metrics } };
  };
  const [saved = variant({}, 1), dropped = variant({}, 1)] = walks.variants;
  const lacking = (id: string): ResultModule => ({ label: "walks", variants: [saved, without(dropped, id)] });
  const leftOut = [{ name: "dropped", why: "unmeasured", metric: "peak live memory" }];

  test.each([
    ["metricBars", metricBars(lacking("peakLive"), "peakLive")],
    ["metricDots", metricDots(lacking("peakLive"), "peakLive")],
    ["metricLine", metricLine(lacking("peakLive"), "peakLive", { x: "blocks" })],
    ["sideBySide", sideBySide(lacking("peakLive"), "peakLive", { by: "walks" })],
    ["timeSpace", timeSpace(lacking("peakLive"), { space: "peakLive" })],
    ["peaks", peaks(lacking("peakLive"))],
  ])("by %s", (_, chart) => {
    expect(chart.leftOut).toEqual(leftOut);
    expect("rows" in chart && chart.rows).toHaveLength(1);
  });

  test("a peak whose search ended early is not bound; the recorded peak of its variant is no unknown name", () => {
    const ended = { ...without(dropped, "peakLive") };
    const metrics = { ...ended.metrics, endLive: summary("endLive", 2) };
    const result = [saved, { ...ended, metrics, regions: { "": metrics } }];
    expect(peaks(result, { recorded: { dropped: 4 } }).leftOut).toEqual([{ ...leftOut[0], why: "unbound" }]);
    expect(peaks(result).rows.map(({ name }) => name)).toEqual(["saved"]);
  });

  test("charts of collections leave out variants that did not run under the probe gc", () => {
    const mixed = [saved, variant({ walks: "other", blocks: 20 }, 3)];
    for (const make of [heapTimeline, heapSpaces, pauseHistogram]) {
      expect(make(mixed).runs.map(({ series }) => series)).toEqual(["saved"]);
      expect(make(mixed).leftOut).toEqual([{ name: "other", why: "unmeasured", metric: "collections" }]);
    }
  });

  test("a complete chart leaves nothing out", () => {
    expect(metricBars(walks, "peakLive")).not.toHaveProperty("leftOut");
    expect(heapTimeline(walks)).not.toHaveProperty("leftOut");
  });
});

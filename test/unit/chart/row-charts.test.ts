import { expect, test } from "vitest";
import { metricGroups } from "../../../src/chart/kinds/metric-groups.ts";
import { peaks } from "../../../src/chart/kinds/peaks.ts";
import { layOutRows } from "../../../src/chart/layout/rows.ts";
import { project } from "../../../src/chart/layout/scale.ts";
import type { ReadyChart } from "../../../src/model/ready-charts.ts";
import { exactly, MIB } from "./sample-charts.ts";

const metric = { label: "peak live memory", unit: "B" };

test("bars begin at zero, points where the data are", () => {
  const rows = [100, 110].map((value) => ({ name: "a", value, low: value, high: value, text: "t" }));
  expect(layOutRows(rows, { width: "wide", title: "t", form: "bars" }).scale.domain[0]).toBe(0);
  const points = layOutRows(rows, { width: "wide", title: "t", form: "points" });
  expect(points.scale.domain[0]).toBeGreaterThan(90);
  expect(project(points.scale, points.frame.plotWidthPx, 110)).toBeLessThanOrEqual(points.frame.plotWidthPx);
});

test("a peak says its bracket and what was recorded, in the table too", () => {
  const chart: Extract<ReadyChart, { readonly chart: "peaks" }> = {
    chart: "peaks",
    metric,
    recordedLabel: "in 2021",
    rows: [
      {
        name: "saved",
        series: "saved",
        ...exactly(28 * MIB),
        bracket: { low: 27 * MIB, high: 30 * MIB },
        recorded: 45 * MIB,
      },
      { name: "dropped", series: "dropped", ...exactly(2 * MIB), bracket: null, recorded: null },
    ],
  };
  expect(peaks.summarize(chart)).toBe(
    "Peak live memory: saved 28\u00a0MiB, between 27\u00a0MiB and 30\u00a0MiB for certain, in 2021 45\u00a0MiB; dropped 2\u00a0MiB.",
  );
  expect(peaks.data(chart).columns.map(({ title }) => title)).toEqual([
    "variant",
    "peak live memory, B",
    "bracket from, B",
    "bracket to, B",
    "in 2021, B",
  ]);
  expect(peaks.data(chart).rows).toEqual([
    { name: "saved", value: 28 * MIB, bracketLow: 27 * MIB, bracketHigh: 30 * MIB, recorded: 45 * MIB },
    { name: "dropped", value: 2 * MIB, bracketLow: null, bracketHigh: null, recorded: null },
  ]);
  const plain = peaks.data({ ...chart, rows: chart.rows.slice(1) });
  expect(plain.columns.map(({ key }) => key)).toEqual(["name", "value"]);
});

test("side by side, rows of a group stand together and are compared with its first", () => {
  const chart: Extract<ReadyChart, { readonly chart: "metric-groups" }> = {
    chart: "metric-groups",
    metric: { label: "collections", unit: "count" },
    side: "runtime",
    rows: [
      { group: "saved", side: "node@20", ...exactly(100) },
      { group: "dropped", side: "node@20", ...exactly(0) },
      { group: "saved", side: "node@24", ...exactly(104) },
      { group: "dropped", side: "node@24", ...exactly(7) },
      { group: "saved", side: "node@26", ...exactly(100) },
      { group: "saved", side: "node@27", ...exactly(75.2) },
    ],
  };
  expect(metricGroups.data(chart).rows.map((row) => [row["group"], row["side"], row["change"]])).toEqual([
    ["saved", "node@20", ""],
    ["saved", "node@24", "+4\u00a0%"],
    ["saved", "node@26", "equal"],
    ["saved", "node@27", "−25\u00a0%"],
    ["dropped", "node@20", ""],
    ["dropped", "node@24", ""],
  ]);
  expect(metricGroups.summarize(chart)).toBe(
    "Collections by runtime: saved: node@20 100, node@24 104 (+4\u00a0%), node@26 100 (equal), node@27 75.2 (−25\u00a0%); dropped: node@20 0, node@24 7.",
  );
});

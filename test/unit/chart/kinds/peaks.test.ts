import { expect, test } from "vitest";
import { peaks } from "../../../../src/chart/kinds/peaks.ts";
import type { ReadyChart } from "../../../../src/model/ready-charts.ts";
import { exactly, MIB } from "../sample-charts.ts";

const metric = { label: "peak live memory", unit: "B" };

test("the summary and the table have the bounds and the recorded peak", () => {
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
    "Peak live memory: saved 28\u00a0MiB, bounds 27\u00a0MiB to 30\u00a0MiB, in 2021 45\u00a0MiB; dropped 2\u00a0MiB.",
  );
  expect(peaks.data(chart).columns.map(({ title }) => title)).toEqual([
    "variant",
    "peak live memory, B",
    "bounds from, B",
    "bounds to, B",
    "in 2021, B",
  ]);
  expect(peaks.data(chart).rows).toEqual([
    { name: "saved", value: 28 * MIB, bracketLow: 27 * MIB, bracketHigh: 30 * MIB, recorded: 45 * MIB },
    { name: "dropped", value: 2 * MIB, bracketLow: null, bracketHigh: null, recorded: null },
  ]);
  const plain = peaks.data({ ...chart, rows: chart.rows.slice(1) });
  expect(plain.columns.map(({ key }) => key)).toEqual(["name", "value"]);
});

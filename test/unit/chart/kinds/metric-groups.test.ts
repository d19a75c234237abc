import { expect, test } from "vitest";
import { metricGroups } from "../../../../src/chart/kinds/metric-groups.ts";
import type { ReadyChart } from "../../../../src/model/ready-charts.ts";
import { exactly } from "../sample-charts.ts";

test("rows of a group are together, with their change from the first row", () => {
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

test("bounds are shown as an interval, and their change is never one number or equal where they overlap", () => {
  const bounds = (side: string, low: number, high: number) => ({
    group: "",
    side,
    value: low,
    low,
    high,
    bounds: true,
  });
  const chart: Extract<ReadyChart, { readonly chart: "metric-groups" }> = {
    chart: "metric-groups",
    metric: { label: "peak live memory", unit: "B" },
    side: "runtime",
    rows: [bounds("a", 1000, 1010), bounds("b", 1000, 1020), bounds("c", 1200, 1210), bounds("d", 900, 910)],
  };
  expect(metricGroups.summarize(chart).replaceAll("\u00a0", " ")).toBe(
    "Peak live memory by runtime: a 1,000 to 1,010 B, b 1,000 to 1,020 B (undecided), c 1.17 to 1.19 KiB (+19 % to +21 %), d 900 to 910 B (−11 % to −9 %).",
  );
});

test("equal medians of trials that differ are not called equal", () => {
  const trials = (side: string) => ({ group: "", side, value: 100, low: 90, high: 120 });
  const chart: Extract<ReadyChart, { readonly chart: "metric-groups" }> = {
    chart: "metric-groups",
    metric: { label: "time", unit: "ms" },
    side: "runtime",
    rows: [trials("a"), trials("b")],
  };
  expect(metricGroups.data(chart).rows[1]?.["change"]).toBe("0\u00a0%");
});

import { expect, test } from "vitest";
import { timeSpace } from "../../../../src/chart/kinds/time-space.ts";
import { exactly, MIB } from "../sample-charts.ts";

test("the table and the summary name the variants on the front", () => {
  const chart = {
    chart: "time-space" as const,
    time: { label: "wall time", unit: "ms" },
    space: { label: "peak resident set", unit: "B" },
    rows: [
      { name: "1 MB", series: "", time: exactly(268), space: exactly(115 * MIB) },
      { name: "8 MB", series: "", time: exactly(208), space: exactly(135 * MIB) },
      { name: "16 MB", series: "", time: exactly(196), space: exactly(133 * MIB) },
    ],
  };
  expect(timeSpace.data(chart).rows.map((one) => one["front"])).toEqual(["yes", "no", "yes"]);
  expect(timeSpace.summarize(chart)).toBe(
    "Wall time against peak resident set, 3 variants; on the Pareto front: 1 MB with 115\u00a0MiB and 268\u00a0ms; 16 MB with 133\u00a0MiB and 196\u00a0ms.",
  );
});

import { expect, test } from "vitest";
import { metricGroups } from "../../../../src/chart/kinds/metric-groups.ts";
import { compareResults } from "../../../../src/diff/compare-results.ts";
import { chartDiff } from "../../../../src/render/html/change-charts.ts";
import {
  makeCellResult,
  makeReading,
  makeResults,
  makeTrial,
  makeTrialSet,
  makeVariant,
} from "../../../helpers/results.ts";

/** One side whose peak is between bounds, in KiB. */
function side(name: string, low: number, high: number) {
  const readings = [makeReading("peakLow", low * 1024), makeReading("peakHigh", high * 1024)];
  const set = makeTrialSet("bracket", [makeTrial({ readings })], { fingerprint: name.padStart(64, "0") });
  return { name, reports: [makeResults([makeCellResult("walks", [makeVariant({}, [set])])])] };
}

/** The sentence of the chart of a difference. */
function summaryOf(
  ...sides: Parameters<typeof compareResults> extends [infer A, infer B, ...unknown[]] ? [A, B] : never
) {
  const diff = compareResults(...sides);
  const [chart] = diff.reports.flatMap((report) => chartDiff(report, diff));
  if (chart?.chart.chart !== "metric-groups") throw new Error("no chart");
  return metricGroups.summarize(chart.chart).replaceAll("\u00a0", " ");
}

test("a chart of a difference shows bounds and verdict as the table does", () => {
  expect(summaryOf(side("1", 938, 952), side("2", 938, 960))).toBe(
    "Peak live memory by results: walks: 1 938 to 952 KiB, 2 938 to 960 KiB (undecided, bounds overlap).",
  );
  expect(summaryOf(side("1", 938, 952), side("2", 1200, 1210))).toBe(
    "Peak live memory by results: walks: 1 938 to 952 KiB, 2 1.17 to 1.19 MiB (+26 % to +29 %, worse).",
  );
});

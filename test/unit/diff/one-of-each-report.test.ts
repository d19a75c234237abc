import { expect, it } from "vitest";
import { compareResults } from "../../../src/diff/compare-results.ts";
import { oneOfEachReport } from "../../../src/diff/one-of-each-report.ts";
import type { ReportResults } from "../../../src/model/report-results.ts";
import {
  makeCellResult,
  makeReading,
  makeResults,
  makeTrial,
  makeTrialSet,
  makeVariant,
} from "../../helpers/results.ts";

function measured(slug: string, measuredAt: string, size: number): ReportResults {
  const set = makeTrialSet("output", [makeTrial({ readings: [makeReading("size", size)] })]);
  const dated = { ...set, environment: { ...set.environment, measuredAt } };
  return makeResults([makeCellResult("walks", [makeVariant({}, [dated])])], { report: { slug, title: slug } });
}

it("a report that a side has twice, in a site and frozen, is compared once: as it was measured last", () => {
  const old = measured("a", "2026-01-01T00:00:00.000Z", 1);
  const recent = measured("a", "2026-02-01T00:00:00.000Z", 2);
  const other = measured("b", "2026-01-01T00:00:00.000Z", 3);
  expect(oneOfEachReport([old, other, recent])).toEqual([recent, other]);
  expect(oneOfEachReport([recent, other, old])).toEqual([recent, other]);
  const side = (name: string, reports: ReportResults[]) => ({ name, reports: oneOfEachReport(reports) });
  const { reports } = compareResults(side("A", [old, other]), side("B", [recent, old, other, other]));
  expect(reports.map(({ slug }) => slug)).toEqual(["a", "b"]);
});

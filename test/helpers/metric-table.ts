import { expect } from "vitest";
import type { MetricReading, MetricSummary } from "../../src/model/metrics.ts";
import type { ReportResults } from "../../src/model/report-results.ts";
import { describeMetric } from "../../src/results/metric-catalog.ts";

/** Fails unless a summary of a built-in metric says of it what the metric table says. */
export function expectFromTable(summary: MetricSummary): void {
  const described = describeMetric(summary.id);
  if (described === undefined) return;
  const { id, label, unit, better, probe } = described;
  expect(summary).toMatchObject({ id, label, unit, better, probe });
}

/** Fails if the reading of a built-in metric carries a unit or a direction of its own. */
export function expectBare(reading: MetricReading): void {
  if (describeMetric(reading.id) === undefined) return;
  expect(reading, reading.id).not.toHaveProperty("unit");
  expect(reading, reading.id).not.toHaveProperty("better");
}

/** Compares every metric and every reading of a report's results with the metric table. */
export function expectMetricsFromTable({ cells }: ReportResults): void {
  for (const { metrics, trialSets } of cells.flatMap(({ variants }) => variants)) {
    metrics.forEach(expectFromTable);
    for (const { readings } of trialSets.flatMap(({ trials }) => trials)) readings.forEach(expectBare);
  }
}

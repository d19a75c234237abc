import type { ReportResults } from "../model/report-results.ts";

/**
 * Keeps one result of each report. A side has several if a report is frozen, or is in two sites. The most recently
 * measured result is kept; among equally recent ones, the first.
 */
export function oneOfEachReport(all: readonly ReportResults[]): ReportResults[] {
  const bySlug = new Map<string, ReportResults>();
  for (const results of all) {
    const { slug } = results.report;
    const known = bySlug.get(slug);
    if (known === undefined || measuredAt(known) < measuredAt(results)) bySlug.set(slug, results);
  }
  return [...bySlug.values()];
}

/** When the last trial set was measured, as ISO 8601; empty for results without trial sets. */
export function measuredAt({ cells }: Pick<ReportResults, "cells">): string {
  const times = cells.flatMap(({ variants }) =>
    variants.flatMap(({ trialSets }) => trialSets.map(({ environment }) => environment.measuredAt)),
  );
  return times.sort().at(-1) ?? "";
}

import type { ReportResults } from "../model/report-results.ts";

/**
 * The results of each report once, where a side has them more than once: frozen, and in one or two sites. Of a report, the results that
 * were measured last are kept; of equally old ones, the first.
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

/** When the last trial set was measured, as ISO 8601; empty where nothing was. */
export function measuredAt({ cells }: Pick<ReportResults, "cells">): string {
  const times = cells.flatMap(({ variants }) =>
    variants.flatMap(({ trialSets }) => trialSets.map(({ environment }) => environment.measuredAt)),
  );
  return times.sort().at(-1) ?? "";
}

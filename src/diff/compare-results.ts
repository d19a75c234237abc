import type { MetricSummary } from "../model/metrics.ts";
import type { CellResult, ReportResults, VariantResult } from "../model/report-results.ts";
import { compareClaims } from "./claims.ts";
import { compareConditions, findVariant } from "./conditions.ts";
import { compareLines } from "./lines.ts";
import { compareMetrics, type MetricPair } from "./metrics.ts";
import type { DiffSide, LineDiff, OneSided, ReportDiff, ResultsDiff } from "./types.ts";

export interface DiffOptions {
  /** Ids of the metrics to compare; undefined for all. Fewer tests need fewer trials to find a difference. */
  readonly metrics?: readonly string[] | undefined;
}

type ReportPair = readonly [before: ReportResults, after: ReportResults];

/**
 * Compares two sets of results. Reports are paired by slug; if each side has only one report, these two are compared.
 * Cells are matched by label, variants by their parameters, metrics by region and id.
 */
export function compareResults(before: DiffSide, after: DiffSide, { metrics: wanted }: DiffOptions = {}): ResultsDiff {
  const pairs = pairReports(before.reports, after.reports);
  const paired = pairs.map(([a, b]) => ({ a, b, ...pairMetrics(a, b, wanted) }));
  // All reports form one family of tests, so that a diff of more reports has no higher risk of a false difference.
  const compared = compareMetrics(paired.flatMap(({ pairs: metricPairs }) => metricPairs));
  let taken = 0;
  const reports = paired.map(({ a, b, pairs: metricPairs, oneSided }): ReportDiff => {
    const metrics = compared.metrics.slice(taken, taken + metricPairs.length);
    taken += metricPairs.length;
    return {
      slug: b.report.slug,
      title: b.report.title,
      conditions: compareConditions(a, b),
      states: compareStates(a, b),
      metrics,
      lines: compareAllLines(a, b),
      claims: compareClaims(a, b),
      oneSided,
    };
  });
  const [inBefore, inAfter] = [new Set(pairs.map(([a]) => a)), new Set(pairs.map(([, b]) => b))];
  return {
    before: before.name,
    after: after.name,
    reports,
    onlyBefore: before.reports.filter((each) => !inBefore.has(each)).map(({ report }) => report.slug),
    onlyAfter: after.reports.filter((each) => !inAfter.has(each)).map(({ report }) => report.slug),
    familySize: compared.familySize,
    trialsNeeded: compared.trialsNeeded,
  };
}

/** Pairs the reports with equal slugs; if each side has only one report, pairs these two whatever their slugs. */
export function pairReports(before: readonly ReportResults[], after: readonly ReportResults[]): ReportPair[] {
  const [a, b] = [before[0], after[0]];
  if (a !== undefined && b !== undefined && before.length === 1 && after.length === 1) return [[a, b]];
  return after.flatMap((one): ReportPair[] => {
    const other = before.find(({ report }) => report.slug === one.report.slug);
    return other === undefined ? [] : [[other, one]];
  });
}

/** Pairs the metrics that both results have, and lists the cells, variants and metrics that only one result has. */
function pairMetrics(before: ReportResults, after: ReportResults, wanted: readonly string[] | undefined) {
  const pairs: MetricPair[] = [];
  const oneSided: OneSided[] = [];
  for (const cell of before.cells) {
    if (findCell(after, cell) === undefined && cell.variants.length > 0)
      oneSided.push({ side: "before", cell: cell.label });
  }
  for (const cell of after.cells) {
    const other = findCell(before, cell);
    if (other !== undefined) pairCells(other, cell, wanted, pairs, oneSided);
    else if (cell.variants.length > 0) oneSided.push({ side: "after", cell: cell.label });
  }
  return { pairs, oneSided };
}

function pairCells(
  before: CellResult,
  after: CellResult,
  wanted: readonly string[] | undefined,
  pairs: MetricPair[],
  oneSided: OneSided[],
): void {
  const cell = after.label;
  for (const variant of before.variants) {
    if (findVariant(after, variant) === undefined) oneSided.push({ side: "before", cell, params: variant.params });
  }
  for (const variant of after.variants) {
    const other = findVariant(before, variant);
    if (other === undefined) {
      oneSided.push({ side: "after", cell, params: variant.params });
      continue;
    }
    const [earlier, later] = [shownMetrics(other, wanted), shownMetrics(variant, wanted)];
    for (const summary of earlier) {
      if (findMetric(later, summary) === undefined)
        oneSided.push({ side: "before", cell, params: variant.params, metric: summary.id });
    }
    for (const summary of later) {
      const base = findMetric(earlier, summary);
      if (base === undefined) oneSided.push({ side: "after", cell, params: variant.params, metric: summary.id });
      else pairs.push({ cell, before: { variant: other, summary: base }, after: { variant, summary } });
    }
  }
}

/**
 * Metrics of a variant that the diff compares. The two bounds of a peak are left out, because `peakLive` includes them.
 */
function shownMetrics({ metrics }: VariantResult, wanted: readonly string[] | undefined): readonly MetricSummary[] {
  return metrics.filter(({ id, probe }) => probe !== "bracket" && (wanted === undefined || wanted.includes(id)));
}

function findMetric(metrics: readonly MetricSummary[], { id, region }: MetricSummary): MetricSummary | undefined {
  return metrics.find((each) => each.id === id && each.region === region);
}

function findCell({ cells }: ReportResults, { label }: CellResult): CellResult | undefined {
  return cells.find((cell) => cell.label === label);
}

function compareStates(before: ReportResults, after: ReportResults) {
  return after.cells.flatMap((cell) => {
    const other = findCell(before, cell);
    const isSame = other === undefined || other.state === cell.state;
    return isSame ? [] : [{ cell: cell.label, before: other.state, after: cell.state }];
  });
}

function compareAllLines(before: ReportResults, after: ReportResults): LineDiff[] {
  return after.cells
    .flatMap((cell) => {
      const other = findCell(before, cell);
      return cell.variants.flatMap((variant) => {
        const base = other === undefined ? undefined : findVariant(other, variant);
        return base === undefined ? [] : compareLines(cell.label, base, variant);
      });
    })
    .sort((a, b) => Math.abs(b.differenceBytes) - Math.abs(a.differenceBytes));
}

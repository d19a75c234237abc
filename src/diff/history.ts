import type { Better } from "../model/metrics.ts";
import type { ReportResults } from "../model/report-results.ts";
import type { Scalar } from "../model/values.ts";
import { compareResults } from "./compare-results.ts";
import type { MetricDiff, SideValue } from "./types.ts";

/** One revision of the repository, with the results that it contains. */
export interface Revision {
  /** Abbreviated hash of the commit; `now` for the working tree. */
  readonly name: string;
  /** Date of the commit, `2026-11-29`. */
  readonly date: string;
  /** First line of the commit's message. */
  readonly subject: string;
  readonly reports: readonly ReportResults[];
}

/** The value of a metric in one revision, with its change. */
export interface HistoryPoint {
  /** Number of the revision, counted from 1, the oldest first. */
  readonly revision: number;
  readonly value: SideValue;
  /** Difference from the point before; null for the first point, and if the two points cannot be compared. */
  readonly change: MetricDiff | null;
}

/** The values of one metric of one variant over several revisions. */
export interface HistorySeries {
  readonly slug: string;
  readonly title: string;
  readonly cell: string;
  readonly params: Readonly<Record<string, Scalar>>;
  /** Name of the region; empty for the unnamed region. */
  readonly region: string;
  readonly id: string;
  readonly label: string;
  readonly unit: string;
  readonly better: Better;
  /** One point for each revision with the metric, the oldest first. */
  readonly points: readonly HistoryPoint[];
}

/** Metrics over the revisions of a repository. */
export interface History {
  /** All revisions, the oldest first. */
  readonly revisions: readonly Omit<Revision, "reports">[];
  readonly series: readonly HistorySeries[];
}

/** The metrics (ids) and cells (labels) to draw; without cells, all of them. */
export interface HistorySelection {
  readonly metrics: readonly string[];
  readonly cells: readonly string[];
}

/**
 * Follows metrics over revisions. Compares each point with the point before, as `heapbook diff` does. The p-values of
 * one pair of revisions are corrected together.
 *
 * @param revisions the oldest first
 */
export function traceHistory(revisions: readonly Revision[], { metrics, cells }: HistorySelection): History {
  const series = new Map<string, HistorySeries & { points: HistoryPoint[] }>();
  revisions.forEach((revision, index) => {
    const before = revisions[index - 1];
    const changes = before === undefined ? new Map<string, MetricDiff>() : compareNeighbours(before, revision, metrics);
    for (const { report, cells: all } of revision.reports) {
      for (const cell of all.filter(({ label }) => cells.length === 0 || cells.includes(label))) {
        for (const { params, metrics: own } of cell.variants) {
          for (const metric of own.filter(({ id }) => metrics.includes(id))) {
            const { id, region, label, unit, better, value, low, high, confidence, mode, samples } = metric;
            const key = keyOf(report.slug, { cell: cell.label, params, region, id });
            const point = {
              revision: index + 1,
              value: { value, low, high, confidence, mode, trials: samples.length },
              change: changes.get(key) ?? null,
            };
            const known = series.get(key);
            if (known !== undefined) known.points.push(point);
            else {
              const of = { slug: report.slug, title: report.title, cell: cell.label, params, region };
              series.set(key, { ...of, id, label, unit, better, points: [point] });
            }
          }
        }
      }
    }
  });
  return { revisions: revisions.map(({ reports: _, ...rest }) => rest), series: [...series.values()] };
}

function compareNeighbours(before: Revision, after: Revision, metrics: readonly string[]): Map<string, MetricDiff> {
  const { reports } = compareResults(before, after, { metrics });
  return new Map(reports.flatMap(({ slug, metrics: all }) => all.map((metric) => [keyOf(slug, metric), metric])));
}

function keyOf(
  slug: string,
  { cell, params, region, id }: Pick<HistorySeries, "cell" | "params" | "region" | "id">,
): string {
  return JSON.stringify([slug, cell, params, region, id]);
}

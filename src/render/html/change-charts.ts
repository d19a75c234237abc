import { drawChart } from "../../chart/draw.ts";
import type { DrawnChart } from "../../chart/types.ts";
import type { History } from "../../diff/history.ts";
import { formatEffect, isListed, nameMetric, nameMetricVerdict, namePlace } from "../../diff/texts.ts";
import type { MetricDiff, ReportDiff, ResultsDiff, SideValue } from "../../diff/types.ts";
import type { ReadyChart } from "../../model/ready-charts.ts";
import { type HistoryGroup, nameSeries } from "../components/history-table.ts";
import { renderChart, renderFigure } from "./figure.ts";
import { type Html, html } from "./template.ts";

/** Most charts for one report, and most variants in one chart, on a page of differences. */
const MOST_CHARTS = 8;
const MOST_GROUPS = 12;

/** A chart on a page of differences or of a history. */
export interface ChangeChart {
  /** Name of the chart, unique on the page. */
  readonly name: string;
  readonly title: string;
  readonly chart: ReadyChart;
}

/**
 * Charts for a page of differences: for each metric that differs or may differ, the values of both sides for each
 * variant.
 */
export function chartDiff({ slug, metrics }: ReportDiff, { before, after }: ResultsDiff): ChangeChart[] {
  const listed = metrics.filter((metric) => isListed(metric) && metric.verdict !== "not-compared");
  const names = [...new Set(listed.map(nameMetric))].slice(0, MOST_CHARTS);
  return names.map((title, index) => {
    const all = listed.filter((metric) => nameMetric(metric) === title).slice(0, MOST_GROUPS);
    const [first] = all;
    const rows = all.flatMap((metric) => {
      const group = namePlace(metric.cell, metric.params);
      const row = (side: string, { value, low, high, mode }: SideValue, change: string) => ({
        group,
        side,
        value,
        low,
        high,
        bounds: mode === "bounds",
        change,
      });
      return [row(before, metric.before, ""), row(after, metric.after, describeChange(metric))];
    });
    const metric = { label: first?.label ?? title, unit: first?.unit ?? "" };
    return { name: `${slug}-${index + 1}`, title, chart: { chart: "metric-groups", metric, side: "results", rows } };
  });
}

/** Effect and verdict as in the table of the page: `+19 % to +21 %, worse`. An undecided effect is left out. */
function describeChange(metric: MetricDiff): string {
  const { verdict, reason } = metric;
  const decided = verdict === "undecided" ? [] : [formatEffect(metric)];
  return [...decided, nameMetricVerdict(verdict), ...(reason === null ? [] : [reason])].join(", ");
}

/** Chart of one metric over revisions: for each variant a line with intervals. */
export function chartHistory({ slug, id, label, series }: HistoryGroup, { revisions }: History): ChangeChart {
  const rows = series.flatMap((one) =>
    one.points.map(({ revision, value: { value, low, high } }) => ({
      x: revision,
      series: series.length === 1 ? "" : nameSeries(one),
      value,
      low,
      high,
    })),
  );
  const metric = { label, unit: series[0]?.unit ?? "" };
  const x = { label: "revision", logarithmic: false, steps: revisions.length };
  return { name: `${slug}-${id}`, title: label, chart: { chart: "metric-line", metric, x, rows } };
}

/** No cache: such a page is drawn only once. */
const NO_CACHE = { get: () => undefined, set: () => {} };

/** Draws charts for a page. @returns drawings by name of the chart */
export async function drawCharts(charts: readonly ChangeChart[]): Promise<ReadonlyMap<string, DrawnChart>> {
  const drawn = new Map<string, DrawnChart>();
  for (const { name, chart } of charts) drawn.set(name, await drawChart(chart, { name, cache: NO_CACHE }));
  return drawn;
}

/** Renders a drawn chart as a figure, with its data in a disclosure. */
export function renderChangeChart({ name }: ChangeChart, drawn: DrawnChart): Html {
  const panel = renderChart(drawn, name, drawn.summary, undefined, { hasFiles: false });
  return html(renderFigure([panel], { label: undefined, name: undefined, caption: undefined }));
}

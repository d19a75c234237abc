import type { ReadyChart } from "../../model/ready-charts.ts";
import {
  type ChartKind,
  type ChartWidth,
  colourEncoding,
  distinct,
  framedSpec,
  type SeriesColours,
} from "../layout/frame.ts";
import { layOutRows, type RowsLayout } from "../layout/rows.ts";
import { type DisplayUnit, displayUnit, formatIn, inUnit, titleWithUnit } from "../layout/units.ts";
import { summarizeValues, valueColumns, valueRow } from "./value-columns.ts";

/** Charts of one metric with a row for each variant. */
type MetricRowsChart = Extract<ReadyChart, { readonly chart: "metric-bars" | "metric-dots" }>;

/** A row where it stands, in the unit of the axis. */
export interface MetricMark {
  readonly name: string;
  readonly series: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly y: number;
}

/** How the marks of such a chart are drawn on rows laid out, and what Vega draws of each. */
export interface MetricMarks<Mark extends object> {
  readonly form: Parameters<typeof layOutRows>[1]["form"];
  readonly markOf: (mark: MetricMark) => Mark;
  readonly layersOf: (
    marks: readonly Mark[],
    layout: RowsLayout,
    color: unknown,
    width: ChartWidth,
  ) => readonly unknown[];
}

const unitOf = ({ metric, rows }: MetricRowsChart): DisplayUnit =>
  displayUnit(
    metric.unit,
    rows.flatMap((row) => [row.value, row.high]),
  );

/** A kind of chart of one metric with a row for each variant: unit, axis, table and sentence are the same for all. */
export function metricRows<Chart extends MetricRowsChart, Mark extends object>(
  marks: MetricMarks<Mark>,
): ChartKind<Chart> {
  return {
    draw: (chart: Chart, width: ChartWidth, colours: SeriesColours) => {
      const unit = unitOf(chart);
      const rows = chart.rows.map((row) => ({
        name: row.name,
        value: inUnit(unit, row.value),
        low: inUnit(unit, row.low),
        high: inUnit(unit, row.high),
        text: formatIn(unit, row.value),
      }));
      const title = titleWithUnit(chart.metric.label, unit);
      const layout = layOutRows(rows, { width, title, form: marks.form });
      const drawn = chart.rows.map(({ name, series }, index) => {
        const { value = 0, low = 0, high = 0 } = rows[index] ?? {};
        return marks.markOf({ name, series, value, low, high, y: layout.rows[index]?.y ?? 0 });
      });
      const color = colourEncoding(distinct(chart.rows.map(({ series }) => series)), colours);
      const layers = marks.layersOf(drawn, layout, color, width);
      return { spec: framedSpec(layout.frame, drawn, layers), heightPx: layout.frame.heightPx };
    },
    data: (chart) => {
      const exact = chart.rows.every((row) => row.low === row.high);
      return {
        columns: [{ key: "name", title: "variant", numeric: false }, ...valueColumns("value", chart.metric, exact)],
        rows: chart.rows.map((row) => ({ name: row.name, ...valueRow("value", row, exact) })),
      };
    },
    summarize: (chart) => summarizeValues(chart.metric.label, unitOf(chart), chart.rows),
    series: (chart) => chart.rows.map((row) => row.series),
  };
}

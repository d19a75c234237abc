import type { ReadyChart } from "../../model/ready-charts.ts";
import { say } from "../../words/say.ts";
import type { ChartWidth } from "../layout/chart-frame.ts";
import { type DisplayUnit, displayUnit, formatIn, intervalInUnit, titleWithUnit } from "../layout/display-unit.ts";
import { layOutRows, type RowsLayout, type RowsRequest } from "../layout/rows.ts";
import type { ChartDrawing, ChartKind, SeriesColours } from "../types.ts";
import { plotDrawing } from "./chart-specs.ts";
import { colourEncoding, type Encoding } from "./encodings.ts";
import { rowEncodings } from "./row-layers.ts";
import { summarizeValues, valueColumns, valueRow } from "./value-columns.ts";

/** A chart of one metric with a row for each variant. */
type MetricRowsChart = Extract<ReadyChart, { readonly chart: "metric-bars" | "metric-dots" }>;

/** The mark of a row: its value and interval in the unit of the axis, and its place in px from the top of the plot. */
export interface MetricMark {
  readonly name: string;
  readonly series: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly y: number;
}

/** Encodings and sizes with which the layers of marks are made. */
export interface MarkSetting {
  readonly layout: RowsLayout;
  readonly x: Encoding;
  readonly y: Encoding;
  readonly color: Encoding;
  readonly width: ChartWidth;
}

/**
 * How a kind of chart draws its marks: `markOf` gives the data of one mark, `layersOf` the layers that draw all marks.
 */
export interface MetricMarks<Mark extends object> {
  readonly form: RowsRequest["form"];
  readonly markOf: (mark: MetricMark) => Mark;
  readonly layersOf: (marks: readonly Mark[], setting: MarkSetting) => readonly unknown[];
}

const unitOf = ({ metric, rows }: MetricRowsChart): DisplayUnit =>
  displayUnit(
    metric.unit,
    rows.flatMap((row) => [row.value, row.high]),
  );

function drawRows<Mark extends object>(
  chart: MetricRowsChart,
  { form, markOf, layersOf }: MetricMarks<Mark>,
  width: ChartWidth,
  colours: SeriesColours,
): ChartDrawing {
  const unit = unitOf(chart);
  const rows = chart.rows.map((row) => ({
    name: row.name,
    ...intervalInUnit(unit, row),
    text: formatIn(unit, row.value),
  }));
  const layout = layOutRows(rows, { width, form });
  const marks = chart.rows.map(({ name, series, ...row }, index) =>
    markOf({ name, series, ...intervalInUnit(unit, row), y: layout.rows[index]?.y ?? 0 }),
  );
  const color = colourEncoding(
    chart.rows.map(({ series }) => series),
    colours,
  );
  const encodings = rowEncodings(layout, titleWithUnit(chart.metric.label, unit));
  return plotDrawing(layout.frame, marks, layersOf(marks, { layout, ...encodings, color, width }));
}

/** Makes a kind of chart that shows one metric, with a row for each variant. Such kinds differ only in their marks. */
export function metricRows<Chart extends MetricRowsChart, Mark extends object>(
  marks: MetricMarks<Mark>,
): ChartKind<Chart> {
  return {
    draw: (chart, width, colours) => drawRows(chart, marks, width, colours),
    data: (chart) => {
      const exact = chart.rows.every((row) => row.low === row.high);
      return {
        columns: [
          { key: "name", title: say("colVariant"), numeric: false },
          ...valueColumns("value", chart.metric, exact),
        ],
        rows: chart.rows.map((row) => ({ name: row.name, ...valueRow("value", row, exact) })),
      };
    },
    summarize: (chart) => summarizeValues(chart.metric.label, unitOf(chart), chart.rows),
    series: (chart) => chart.rows.map((row) => row.series),
  };
}

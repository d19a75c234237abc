import type { ReadyChart } from "../harness/ready-charts.ts";
import {
  type ChartDrawing,
  type ChartKind,
  type ChartWidth,
  colourEncoding,
  distinct,
  framedSpec,
  type SeriesColours,
} from "./frame.ts";
import { layOutRows, rowTexts, whiskerLayers } from "./rows.ts";
import { PAPER } from "./theme.ts";
import type { ChartData } from "./types.ts";
import { type DisplayUnit, displayUnit, formatIn, inUnit, titleWithUnit } from "./units.ts";
import { summarizeValues, valueColumns, valueRow } from "./value-columns.ts";

type MetricDots = Extract<ReadyChart, { readonly chart: "metric-dots" }>;

const unitOf = (chart: MetricDots): DisplayUnit =>
  displayUnit(
    chart.metric.unit,
    chart.rows.flatMap((row) => [row.value, row.high]),
  );

function draw(chart: MetricDots, width: ChartWidth, colours: SeriesColours): ChartDrawing {
  const unit = unitOf(chart);
  const rows = chart.rows.map((row) => ({
    name: row.name,
    value: inUnit(unit, row.value),
    low: inUnit(unit, row.low),
    high: inUnit(unit, row.high),
    text: formatIn(unit, row.value),
  }));
  const layout = layOutRows(rows, { width, title: titleWithUnit(chart.metric.label, unit), form: "points" });
  const { frame, x, y } = layout;
  const dots = chart.rows.map(({ series }, index) => {
    const { value = 0, low = 0, high = 0 } = rows[index] ?? {};
    return { series, value, low, high, y: layout.rows[index]?.y ?? 0 };
  });
  const color = colourEncoding(distinct(dots.map((dot) => dot.series)), colours);
  const layer = [
    ...whiskerLayers(dots, y, color),
    { mark: { type: "point", size: 64, stroke: PAPER }, encoding: { x, y, fill: color } },
    ...rowTexts(layout),
  ];
  return { spec: framedSpec(frame, dots, layer), heightPx: frame.heightPx };
}

function data(chart: MetricDots): ChartData {
  const exact = chart.rows.every((row) => row.low === row.high);
  return {
    columns: [{ key: "name", title: "variant", numeric: false }, ...valueColumns("value", chart.metric, exact)],
    rows: chart.rows.map((row) => ({ name: row.name, ...valueRow("value", row, exact) })),
  };
}

/** One metric as points with their intervals, a row for each variant. The axis need not begin at zero: differences show. */
export const metricDots: ChartKind<MetricDots> = {
  draw,
  data,
  summarize: (chart) => summarizeValues(chart.metric.label, unitOf(chart), chart.rows),
  series: (chart) => chart.rows.map((row) => row.series),
};

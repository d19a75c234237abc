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
import { layOutRows, rowTexts, whiskerLayers, zeroLayer } from "./rows.ts";
import type { ChartData } from "./types.ts";
import { type DisplayUnit, displayUnit, formatIn, inUnit, titleWithUnit } from "./units.ts";
import { summarizeValues, valueColumns, valueRow } from "./value-columns.ts";

type MetricBars = Extract<ReadyChart, { readonly chart: "metric-bars" }>;

const unitOf = (chart: MetricBars): DisplayUnit =>
  displayUnit(
    chart.metric.unit,
    chart.rows.flatMap((row) => [row.value, row.high]),
  );

function draw(chart: MetricBars, width: ChartWidth, colours: SeriesColours): ChartDrawing {
  const unit = unitOf(chart);
  const rows = chart.rows.map((row) => ({
    name: row.name,
    value: inUnit(unit, row.value),
    low: inUnit(unit, row.low),
    high: inUnit(unit, row.high),
    text: formatIn(unit, row.value),
  }));
  const layout = layOutRows(rows, { width, title: titleWithUnit(chart.metric.label, unit), form: "bars" });
  const { frame, x, y } = layout;
  const bars = chart.rows.map(({ name, series }, index) => {
    const { value = 0, low = 0, high = 0 } = rows[index] ?? {};
    return { name, series, value, low, high, y: layout.rows[index]?.y ?? 0, zero: 0 };
  });
  const layer = [
    {
      mark: { type: "bar", height: layout.markHeightPx, orient: "horizontal" },
      encoding: {
        x,
        x2: { field: "zero" },
        y,
        color: colourEncoding(distinct(bars.map((bar) => bar.series)), colours),
      },
    },
    zeroLayer(layout, width === "wide"),
    ...whiskerLayers(bars, y),
    ...rowTexts(layout),
  ];
  return { spec: framedSpec(frame, bars, layer), heightPx: frame.heightPx };
}

function data(chart: MetricBars): ChartData {
  const exact = chart.rows.every((row) => row.low === row.high);
  return {
    columns: [{ key: "name", title: "variant", numeric: false }, ...valueColumns("value", chart.metric, exact)],
    rows: chart.rows.map((row) => ({ name: row.name, ...valueRow("value", row, exact) })),
  };
}

/** One metric as horizontal bars, a row for each variant. */
export const metricBars: ChartKind<MetricBars> = {
  draw,
  data,
  summarize: (chart) => summarizeValues(chart.metric.label, unitOf(chart), chart.rows),
  series: (chart) => chart.rows.map((row) => row.series),
};

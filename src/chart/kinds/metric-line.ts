import { formatNumber } from "../../analysis/format.ts";
import type { ReadyChart } from "../../model/ready-charts.ts";
import {
  type ChartDrawing,
  type ChartKind,
  type ChartWidth,
  capitalize,
  colourEncoding,
  createFrame,
  distinct,
  fitTicks,
  framedSpec,
  leftPadding,
  rightPadding,
  type SeriesColours,
  textLayers,
  xAxis,
  yAxis,
} from "../layout/frame.ts";
import { type LabelRequest, type Point, placeLabels, segmentsOf, spotsAlong, spotsAround } from "../layout/labels.ts";
import { linearScale, logarithmicScale, project } from "../layout/scale.ts";
import { labelWidth, shortenText } from "../layout/text-metrics.ts";
import { type DisplayUnit, displayUnit, formatIn, inUnit, titleWithUnit } from "../layout/units.ts";
import { valueColumns, valueRow } from "../parts/value-columns.ts";
import { INK, labelColour, seriesColour } from "../theme.ts";
import type { ChartData } from "../types.ts";

type MetricLine = Extract<ReadyChart, { readonly chart: "metric-line" }>;

const unitOf = (chart: MetricLine): DisplayUnit =>
  displayUnit(
    chart.metric.unit,
    chart.rows.flatMap((row) => [row.value, row.high]),
  );

/** Zero and less have no logarithm: such a chart is drawn linear, and says so by not saying logarithmic. */
const isLogarithmic = (chart: MetricLine): boolean => chart.x.logarithmic && chart.rows.every((row) => row.x > 0);

function draw(chart: MetricLine, width: ChartWidth, colours: SeriesColours): ChartDrawing {
  const wide = width === "wide";
  const unit = unitOf(chart);
  const rows = chart.rows
    .map(({ x, series, value, low, high }) => ({
      x,
      series,
      value: inUnit(unit, value),
      low: inUnit(unit, low),
      high: inUnit(unit, high),
    }))
    .sort((a, b) => a.x - b.x);
  const series = distinct(chart.rows.map((row) => row.series));
  const named = series.filter((name) => name !== "");
  const yScale = linearScale(
    rows.flatMap((row) => [row.value, row.low, row.high]),
    { zero: true, maximumTicks: 6, nice: true },
  );
  const nameRoom = Math.min(wide ? 150 : 110, Math.max(0, ...named.map((name) => labelWidth(name, true))));
  const logarithmic = isLogarithmic(chart);
  const values = rows.map((row) => row.x);
  // Up to three lines on a phone are named inside the plot, more beside it.
  const beside = named.length > 0 && (wide || named.length > 3) ? Math.ceil(nameRoom) + 14 : 0;
  const right = Math.max(beside, rightPadding(linearScale(values, { zero: false, maximumTicks: 5, nice: true })));
  const frame = createFrame(width, wide ? 320 : 290, { left: leftPadding(yScale.ticks), top: 30, right, bottom: 44 });
  const xScale = fitTicks(frame.plotWidthPx, frame.padding.right, wide ? 10 : 8, (maximumTicks) =>
    logarithmic
      ? logarithmicScale(values, maximumTicks)
      : linearScale(values, { zero: false, maximumTicks, nice: false }),
  );

  const pointOf = (row: { readonly x: number; readonly value: number }): Point => ({
    x: project(xScale, frame.plotWidthPx, row.x),
    y: frame.plotHeightPx - project(yScale, frame.plotHeightPx, row.value),
  });
  const lines = series.map((name) => rows.filter((row) => row.series === name).map(pointOf));
  const requests: LabelRequest[] = [];
  for (const [index, name] of series.entries()) {
    const line = lines[index] ?? [];
    const colour = labelColour(seriesColour(colours.get(name) ?? 0));
    if (name !== "")
      requests.push({
        text: shortenText(name, nameRoom, true),
        bold: true,
        colour,
        spots: spotsAlong(line),
        near: line.slice(-1),
      });
  }
  const [first] = rows;
  if (first !== undefined) {
    const most = rows.reduce((a, b) => (b.value > a.value ? b : a), first);
    requests.push({
      text: formatIn(unit, most.value * unit.divisor),
      bold: false,
      colour: INK,
      spots: aboveFirst(pointOf(most)),
    });
  }
  const uncertain = rows.filter((row) => row.low < row.high);
  const labels = placeLabels(requests, {
    bounds: { left: 0, top: -14, right: frame.plotWidthPx + frame.padding.right, bottom: frame.plotHeightPx },
    boxes: rows.map(pointOf).map(({ x, y }) => ({ left: x - 4, right: x + 4, top: y - 4, bottom: y + 4 })),
    segments: [
      ...lines.flatMap(segmentsOf),
      ...uncertain.map((row) => [pointOf({ ...row, value: row.low }), pointOf({ ...row, value: row.high })] as const),
    ],
  });

  const x = xAxis("x", xScale, `${chart.x.label}${logarithmic ? " (logarithmic)" : ""}`, frame);
  const y = yAxis("value", yScale, titleWithUnit(chart.metric.label, unit), frame);
  const color = colourEncoding(series, colours);
  const layer = [
    { mark: "line", encoding: { x, y, color } },
    {
      data: { values: uncertain },
      mark: { type: "rule", strokeWidth: 1.5 },
      encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" }, color },
    },
    { mark: { type: "point", size: 44 }, encoding: { x, y, color } },
    ...textLayers(labels),
  ];
  return { spec: framedSpec(frame, rows, layer), heightPx: frame.heightPx };
}

function aboveFirst(point: Point): LabelRequest["spots"] {
  return [
    { x: point.x, y: point.y - 14, align: "center" },
    { x: point.x + 4, y: point.y - 14, align: "right" },
    { x: point.x - 4, y: point.y - 14, align: "left" },
    ...spotsAround(point, 9),
  ];
}

function data(chart: MetricLine): ChartData {
  const exact = chart.rows.every((row) => row.low === row.high);
  const several = chart.rows.some((row) => row.series !== "");
  return {
    columns: [
      ...(several ? [{ key: "series", title: "series", numeric: false }] : []),
      { key: "x", title: chart.x.label, numeric: true },
      ...valueColumns("value", chart.metric, exact),
    ],
    rows: chart.rows.map((row) => ({
      ...(several ? { series: row.series } : {}),
      x: row.x,
      ...valueRow("value", row, exact),
    })),
  };
}

function summarize(chart: MetricLine): string {
  const unit = unitOf(chart);
  const parts = distinct(chart.rows.map((row) => row.series)).map((name) => {
    const rows = chart.rows.filter((row) => row.series === name).sort((a, b) => a.x - b.x);
    const [first] = rows;
    const last = rows.at(-1);
    const who = name === "" ? "" : `${name} `;
    if (first === undefined || last === undefined || first === last)
      return `${who}${formatIn(unit, first?.value ?? 0)} at ${formatNumber(first?.x ?? 0)}`;
    return `${who}from ${formatIn(unit, first.value)} at ${formatNumber(first.x)} to ${formatIn(unit, last.value)} at ${formatNumber(last.x)}`;
  });
  return `${capitalize(chart.metric.label)} against ${chart.x.label}: ${parts.join("; ") || "nothing measured"}.`;
}

/** One metric against a numeric parameter, a line for each series. */
export const metricLine: ChartKind<MetricLine> = {
  draw,
  data,
  summarize,
  series: (chart) => chart.rows.map((row) => row.series),
};

import { greatest, max } from "d3-array";
import { formatNumber } from "../../analysis/format.ts";
import type { ReadyChart } from "../../model/ready-charts.ts";
import { capitalize, join, sentence, withColon } from "../../words/punctuation.ts";
import { say } from "../../words/say.ts";
import { type ChartFrame, type ChartWidth, createFrame } from "../layout/chart-frame.ts";
import { type DisplayUnit, displayUnit, formatIn, intervalInUnit, titleWithUnit } from "../layout/display-unit.ts";
import { boxAround, type Point, type Segment, segmentsOf } from "../layout/geometry.ts";
import { type LabelRequest, type PlacedLabel, placeLabels } from "../layout/label-placement.ts";
import { spotsAlong, spotsAround } from "../layout/label-spots.ts";
import { type ChartScale, linearScale, logarithmicScale, pointScale } from "../layout/scale.ts";
import { labelWidth, shortenText } from "../layout/text-metrics.ts";
import { fitTicks, leftPadding, rightPadding } from "../layout/ticks.ts";
import { plotDrawing } from "../parts/chart-specs.ts";
import { colourEncoding, xAxis, yAxis } from "../parts/encodings.ts";
import { textLayers } from "../parts/text-layers.ts";
import { valueColumns, valueRow } from "../parts/value-columns.ts";
import { INK, labelColour, seriesColour } from "../theme.ts";
import type { ChartData, ChartDrawing, ChartKind, SeriesColours } from "../types.ts";

type MetricLine = Extract<ReadyChart, { readonly chart: "metric-line" }>;

/** A point of a line, with its interval; values are in the display unit. */
interface LinePoint {
  readonly x: number;
  readonly series: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const unitOf = (chart: MetricLine): DisplayUnit =>
  displayUnit(
    chart.metric.unit,
    chart.rows.flatMap((row) => [row.value, row.high]),
  );

const seriesOf = (rows: readonly { readonly series: string }[]): readonly string[] => [
  ...new Set(rows.map((row) => row.series)),
];

/** Whether the x axis is logarithmic: the chart asks for it, and every x is positive. */
const isLogarithmic = (chart: MetricLine): boolean => chart.x.logarithmic && chart.rows.every((row) => row.x > 0);

function draw(chart: MetricLine, width: ChartWidth, colours: SeriesColours): ChartDrawing {
  const unit = unitOf(chart);
  const points = chart.rows
    .map((row): LinePoint => ({ x: row.x, series: row.series, ...intervalInUnit(unit, row) }))
    .sort((a, b) => a.x - b.x);
  const logarithmic = isLogarithmic(chart);
  const layout = layOut(points, seriesOf(chart.rows), { logarithmic, steps: chart.x.steps }, width);
  const { frame, series } = layout;
  const labels = placeAll(points, layout, unit, colours);
  const x = xAxis(
    "x",
    layout.xScale,
    logarithmic ? say("logarithmic", { label: chart.x.label }) : chart.x.label,
    frame,
  );
  const y = yAxis("value", layout.yScale, titleWithUnit(chart.metric.label, unit), frame);
  const color = colourEncoding(series, colours);
  return plotDrawing(frame, points, [
    { mark: "line", encoding: { x, y, color } },
    {
      data: { values: points.filter(isUncertain) },
      mark: { type: "rule", strokeWidth: 1.5 },
      encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" }, color },
    },
    { mark: { type: "point", size: 44 }, encoding: { x, y, color } },
    ...textLayers(labels),
  ]);
}

interface LineLayout {
  readonly frame: ChartFrame;
  readonly xScale: ChartScale;
  readonly yScale: ChartScale;
  readonly series: readonly string[];
  /** Largest width of a series name, px; longer names are shortened. */
  readonly nameRoom: number;
}

function layOut(
  points: readonly LinePoint[],
  series: readonly string[],
  {
    logarithmic,
    steps = Number.POSITIVE_INFINITY,
  }: { readonly logarithmic: boolean; readonly steps?: number | undefined },
  width: ChartWidth,
): LineLayout {
  const wide = width === "wide";
  const named = series.filter((name) => name !== "");
  const yScale = linearScale(
    points.flatMap(({ value, low, high }) => [value, low, high]),
    { zero: true, maximumTicks: 6, nice: true },
  );
  const xs = points.map(({ x }) => x);
  const nameRoom = Math.min(wide ? 150 : 110, max(named, (name) => labelWidth(name, true)) ?? 0);
  // A narrow drawing has room for up to three names inside the plot; more names stand beside it.
  const beside = named.length > 0 && (wide || named.length > 3) ? Math.ceil(nameRoom) + 14 : 0;
  const right = Math.max(beside, rightPadding(linearScale(xs, { zero: false, maximumTicks: 5, nice: true })));
  const frame = createFrame(width, wide ? 320 : 290, { left: leftPadding(yScale.ticks), top: 30, right, bottom: 44 });
  const xScale = fitTicks(
    { lengthPx: frame.plotWidthPx, beyondPx: right, maximumTicks: Math.min(steps, wide ? 10 : 8) },
    (maximumTicks) =>
      logarithmic ? logarithmicScale(xs, maximumTicks) : linearScale(xs, { zero: false, maximumTicks, nice: false }),
  );
  return { frame, xScale, yScale, series, nameRoom };
}

const isUncertain = ({ low, high }: LinePoint): boolean => low < high;

/** Places the labels: the name of each line, then the highest value. */
function placeAll(
  points: readonly LinePoint[],
  { frame, xScale, yScale, series, nameRoom }: LineLayout,
  unit: DisplayUnit,
  colours: SeriesColours,
): readonly PlacedLabel[] {
  const pointOf = pointScale(xScale, yScale, frame);
  const place = ({ x, value }: LinePoint): Point => pointOf(x, value);
  const lines = series.map((name) => points.filter((point) => point.series === name).map(place));
  const requests: LabelRequest[] = series.flatMap((name, index) => {
    if (name === "") return [];
    const line = lines[index] ?? [];
    const colour = labelColour(seriesColour(colours.get(name) ?? 0));
    const text = shortenText(name, nameRoom, true);
    return [{ text, bold: true, colour, spots: spotsAlong(line), near: line.slice(-1) }];
  });
  const highest = greatest(points, ({ value }) => value);
  if (highest !== undefined) {
    const text = formatIn(unit, highest.value * unit.divisor);
    requests.push({ text, bold: false, colour: INK, spots: spotsAbove(place(highest)) });
  }
  const intervals = points.filter(isUncertain).map(({ x, low, high }): Segment => [pointOf(x, low), pointOf(x, high)]);
  return placeLabels(requests, {
    bounds: { left: 0, top: -14, right: frame.plotWidthPx + frame.padding.right, bottom: frame.plotHeightPx },
    boxes: points.map((point) => boxAround(place(point), 4)),
    segments: [...lines.flatMap(segmentsOf), ...intervals],
  });
}

/** Candidate places for a label above its point, the best first. */
function spotsAbove(point: Point): LabelRequest["spots"] {
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
      ...(several ? [{ key: "series", title: say("colSeries"), numeric: false }] : []),
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
  const parts = seriesOf(chart.rows).map((name) => {
    const rows = chart.rows.filter((row) => row.series === name).sort((a, b) => a.x - b.x);
    const [first] = rows;
    const last = rows.at(-1);
    const who = name === "" ? "" : `${name} `;
    if (first === undefined || last === undefined || first === last)
      return who + say("valueAt", { value: formatIn(unit, first?.value ?? 0), x: formatNumber(first?.x ?? 0) });
    const [from, to] = [formatNumber(first.x), formatNumber(last.x)];
    return who + say("fromAtTo", { low: formatIn(unit, first.value), from, high: formatIn(unit, last.value), to });
  });
  const head = capitalize(say("against", { y: chart.metric.label, x: chart.x.label }));
  return sentence(withColon(head, join(parts, "semicolon") || say("nothingMeasuredHere")));
}

/** Chart of one metric against a numeric parameter; one line for each series. */
export const metricLine: ChartKind<MetricLine> = {
  draw,
  data,
  summarize,
  series: (chart) => chart.rows.map((row) => row.series),
};

import { formatEndsBeside } from "../../analysis/format.ts";
import type { ReadyChart } from "../../model/ready-charts.ts";
import { capitalize, join, sentence, withColon } from "../../words/punctuation.ts";
import { say } from "../../words/say.ts";
import type { ChartWidth } from "../layout/chart-frame.ts";
import {
  type DisplayUnit,
  displayUnit,
  formatIn,
  intervalInUnit,
  inUnit,
  titleWithUnit,
} from "../layout/display-unit.ts";
import { type ChartRow, layOutRows, type RowsLayout } from "../layout/rows.ts";
import { type Bracket, bracketLayers } from "../parts/bracket-layers.ts";
import { plotDrawing } from "../parts/chart-specs.ts";
import { colourEncoding, type Encoding } from "../parts/encodings.ts";
import { barLayer, rowEncodings, whiskerLayers, zeroLayer } from "../parts/row-layers.ts";
import { textLayers } from "../parts/text-layers.ts";
import { valueColumns, valueRow } from "../parts/value-columns.ts";
import { INK_2, PAPER } from "../theme.ts";
import type { ChartData, ChartDrawing, ChartKind, SeriesColours } from "../types.ts";

type Peaks = Extract<ReadyChart, { readonly chart: "peaks" }>;
type PeakRow = Peaks["rows"][number];

const unitOf = (chart: Peaks): DisplayUnit =>
  displayUnit(
    chart.metric.unit,
    chart.rows.flatMap((row) => [row.value, row.high, row.bracket?.high ?? 0, row.recorded ?? 0]),
  );

/** The bounds of a peak; null if there are none, or if both look equal in the chart's digits. */
function shownBracket({ bracket }: PeakRow, unit: DisplayUnit): PeakRow["bracket"] {
  return bracket === null || formatIn(unit, bracket.low) === formatIn(unit, bracket.high) ? null : bracket;
}

/** Text of a row: `28.2 MiB in [28.2, 30.4]`, the value and the bounds of the peak in one unit. */
function textOf(row: PeakRow, unit: DisplayUnit): string {
  const value = formatIn(unit, row.value);
  const bracket = shownBracket(row, unit);
  if (bracket === null) return value;
  const [low, high] = formatEndsBeside({ value: row.value, low: bracket.low, high: bracket.high, unit: unit.base });
  return say("valueIn", { value, low, high });
}

function rowOf(row: PeakRow, unit: DisplayUnit, recordedLabel: string): ChartRow {
  const main = {
    name: row.name,
    value: inUnit(unit, row.value),
    // The text of a row begins after the bracket as well as the interval.
    low: inUnit(unit, Math.min(row.low, row.bracket?.low ?? row.low)),
    high: inUnit(unit, Math.max(row.high, row.bracket?.high ?? row.high)),
    text: textOf(row, unit),
  };
  if (row.recorded === null) return main;
  const value = inUnit(unit, row.recorded);
  const text = join([formatIn(unit, row.recorded), recordedLabel], "comma");
  return { ...main, second: { low: value, value, high: value, text } };
}

function draw(chart: Peaks, width: ChartWidth, colours: SeriesColours): ChartDrawing {
  const unit = unitOf(chart);
  const rows = chart.rows.map((row) => rowOf(row, unit, chart.recordedLabel));
  const layout = layOutRows(rows, { width, form: "bars" });
  const { x, y } = rowEncodings(layout, titleWithUnit(chart.metric.label, unit));
  const bars = chart.rows.map((row, index) => ({
    name: row.name,
    series: row.series,
    ...intervalInUnit(unit, row),
    y: layout.rows[index]?.y ?? 0,
    zero: 0,
  }));
  const color = colourEncoding(
    bars.map((bar) => bar.series),
    colours,
  );
  return plotDrawing(layout.frame, bars, [
    barLayer(layout, x, y, color),
    zeroLayer(layout, y, width === "wide"),
    ...bracketLayers(bracketsOf(chart, layout, unit), layout.markHeightPx, y),
    // The whisker of a confidence interval is left out if there is a bracket: bounds are the stronger statement, and
    // the two would overlap.
    ...whiskerLayers(
      bars.filter((_, index) => chart.rows[index]?.bracket === null),
      y,
    ),
    recordedLayer(chart, layout, unit, y),
    ...textLayers(layout.labels),
  ]);
}

function bracketsOf(chart: Peaks, layout: RowsLayout, unit: DisplayUnit): readonly Bracket[] {
  return chart.rows.flatMap((row, index) => {
    const bracket = shownBracket(row, unit);
    if (bracket === null) return [];
    return [{ low: inUnit(unit, bracket.low), high: inUnit(unit, bracket.high), y: layout.rows[index]?.y ?? 0 }];
  });
}

/** The layer that draws peaks recorded elsewhere, as diamonds below the bars. */
function recordedLayer(chart: Peaks, layout: RowsLayout, unit: DisplayUnit, y: Encoding): unknown {
  const values = chart.rows.flatMap(({ recorded }, index) =>
    recorded === null ? [] : [{ value: inUnit(unit, recorded), y: layout.rows[index]?.secondY ?? 0 }],
  );
  return {
    data: { values },
    mark: { type: "point", shape: "diamond", size: 60, fill: PAPER, strokeWidth: 1.5 },
    encoding: { x: { field: "value", type: "quantitative" }, y, stroke: { value: INK_2 } },
  };
}

function data(chart: Peaks): ChartData {
  const exact = chart.rows.every((row) => row.low === row.high);
  const bracketed = chart.rows.some((row) => row.bracket !== null);
  const recorded = chart.rows.some((row) => row.recorded !== null);
  const unit = titleWithUnit("", { name: chart.metric.unit });
  return {
    columns: [
      { key: "name", title: say("colVariant"), numeric: false },
      ...valueColumns("value", chart.metric, exact),
      ...(bracketed
        ? [
            { key: "bracketLow", title: say("colBoundsFrom") + unit, numeric: true },
            { key: "bracketHigh", title: say("colBoundsTo") + unit, numeric: true },
          ]
        : []),
      ...(recorded ? [{ key: "recorded", title: `${chart.recordedLabel}${unit}`, numeric: true }] : []),
    ],
    rows: chart.rows.map((row) => ({
      name: row.name,
      ...valueRow("value", row, exact),
      ...(bracketed ? { bracketLow: row.bracket?.low ?? null, bracketHigh: row.bracket?.high ?? null } : {}),
      ...(recorded ? { recorded: row.recorded } : {}),
    })),
  };
}

function summarize(chart: Peaks): string {
  const unit = unitOf(chart);
  const parts = chart.rows.map((row) => {
    const bracket =
      row.bracket === null || shownBracket(row, unit) === null
        ? []
        : [say("boundsText", { low: formatIn(unit, row.bracket.low), high: formatIn(unit, row.bracket.high) })];
    const recorded = row.recorded === null ? [] : [`${chart.recordedLabel} ${formatIn(unit, row.recorded)}`];
    const value = `${row.name === "" ? "" : `${row.name} `}${formatIn(unit, row.value)}`;
    return join([value, ...bracket, ...recorded], "comma");
  });
  return sentence(withColon(capitalize(chart.metric.label), join(parts, "semicolon") || say("nothingMeasuredHere")));
}

/** Chart of peaks as bars, with the bounds of each peak, and a peak recorded elsewhere. */
export const peaks: ChartKind<Peaks> = {
  draw,
  data,
  summarize,
  series: (chart) => chart.rows.map((row) => row.series),
};

import { formatNumber } from "../../analysis/format.ts";
import type { ReadyChart } from "../../model/ready-charts.ts";
import {
  type ChartDrawing,
  type ChartKind,
  type ChartWidth,
  capitalize,
  colourEncoding,
  distinct,
  framedSpec,
  type SeriesColours,
} from "../layout/frame.ts";
import { layOutRows, type Row, rowTexts, whiskerLayers, zeroLayer } from "../layout/rows.ts";
import { type DisplayUnit, displayUnit, formatIn, inUnit, titleWithUnit } from "../layout/units.ts";
import { valueColumns, valueRow } from "../parts/value-columns.ts";
import { INK, INK_2, PAPER } from "../theme.ts";
import type { ChartData } from "../types.ts";

type Peaks = Extract<ReadyChart, { readonly chart: "peaks" }>;

const unitOf = (chart: Peaks): DisplayUnit =>
  displayUnit(
    chart.metric.unit,
    chart.rows.flatMap((row) => [row.value, row.high, row.bracket?.high ?? 0, row.recorded ?? 0]),
  );

/** `28.2 MiB in [27.9, 30.4]`: the figure, and what the true peak cannot leave. */
function textOf(row: Peaks["rows"][number], unit: DisplayUnit): string {
  const value = formatIn(unit, row.value);
  if (row.bracket === null) return value;
  const [low, high] = [row.bracket.low, row.bracket.high].map((bound) =>
    formatNumber(Number((bound / unit.divisor).toPrecision(15))),
  );
  return `${value} in [${low}, ${high}]`;
}

function draw(chart: Peaks, width: ChartWidth, colours: SeriesColours): ChartDrawing {
  const unit = unitOf(chart);
  const rows = chart.rows.map((row): Row => {
    const recorded = row.recorded === null ? undefined : inUnit(unit, row.recorded);
    const second =
      recorded === undefined || row.recorded === null
        ? {}
        : {
            second: {
              low: recorded,
              value: recorded,
              high: recorded,
              text: `${formatIn(unit, row.recorded)}, ${chart.recordedLabel}`,
            },
          };
    return {
      name: row.name,
      value: inUnit(unit, row.value),
      // The text stands after the bracket too.
      low: inUnit(unit, Math.min(row.low, row.bracket?.low ?? row.low)),
      high: inUnit(unit, Math.max(row.high, row.bracket?.high ?? row.high)),
      text: textOf(row, unit),
      ...second,
    };
  });
  const layout = layOutRows(rows, { width, title: titleWithUnit(chart.metric.label, unit), form: "bars" });
  const { frame, markHeightPx, x, y } = layout;
  const bars = chart.rows.map((row, index) => ({
    name: row.name,
    series: row.series,
    value: inUnit(unit, row.value),
    low: inUnit(unit, row.low),
    high: inUnit(unit, row.high),
    y: layout.rows[index]?.y ?? 0,
    zero: 0,
  }));
  const brackets = chart.rows.flatMap(({ bracket }, index) =>
    bracket === null
      ? []
      : [{ low: inUnit(unit, bracket.low), high: inUnit(unit, bracket.high), y: layout.rows[index]?.y ?? 0 }],
  );
  const markers = chart.rows.flatMap(({ recorded }, index) =>
    recorded === null ? [] : [{ value: inUnit(unit, recorded), y: layout.rows[index]?.secondY ?? 0 }],
  );
  const layer = [
    {
      mark: { type: "bar", height: markHeightPx, orient: "horizontal" },
      encoding: {
        x,
        x2: { field: "zero" },
        y,
        color: colourEncoding(distinct(bars.map((bar) => bar.series)), colours),
      },
    },
    zeroLayer(layout, width === "wide"),
    ...bracketLayers(brackets, markHeightPx, y),
    // Where there is a bracket it says more than the spread of the trials, and the two would hide each other.
    ...whiskerLayers(
      bars.filter((_, index) => chart.rows[index]?.bracket === null),
      y,
    ),
    {
      data: { values: markers },
      mark: { type: "point", shape: "diamond", size: 60, fill: PAPER, strokeWidth: 1.5 },
      encoding: { x: { field: "value", type: "quantitative" }, y, stroke: { value: INK_2 } },
    },
    ...rowTexts(layout),
  ];
  return { spec: framedSpec(frame, bars, layer), heightPx: frame.heightPx };
}

/** Length of the feet of a bracket, which point to what it encloses. */
const FOOT_PX = 4;

/** `[` and `]` as tall as the bar, so that nobody takes them for an interval of confidence; a paper edge clears them from it. */
function bracketLayers(
  brackets: readonly { readonly low: number; readonly high: number; readonly y: number }[],
  markHeightPx: number,
  y: Record<string, unknown>,
): readonly unknown[] {
  const half = markHeightPx / 2 + 3;
  const sides = brackets.flatMap((bracket) => [
    { end: bracket.low, foot: FOOT_PX, from: bracket.y - half, to: bracket.y + half },
    { end: bracket.high, foot: -FOOT_PX, from: bracket.y - half, to: bracket.y + half },
  ]);
  const x = { field: "end", type: "quantitative" };
  const upright = (color: string, strokeWidth: number): unknown => ({
    data: { values: sides },
    mark: { type: "rule", color, strokeWidth },
    encoding: { x, y: { ...y, field: "from" }, y2: { field: "to" } },
  });
  const feet = (side: "low" | "high"): unknown => ({
    data: {
      values: sides
        .filter((one) => one.foot > 0 === (side === "low"))
        .flatMap(({ end, from, to }) => [
          { end, y: from },
          { end, y: to },
        ]),
    },
    mark: { type: "rule", color: INK, strokeWidth: 1.5, x2Offset: side === "low" ? FOOT_PX : -FOOT_PX },
    encoding: { x, x2: { field: "end" }, y },
  });
  return [upright(PAPER, 4), upright(INK, 1.5), feet("low"), feet("high")];
}

function data(chart: Peaks): ChartData {
  const exact = chart.rows.every((row) => row.low === row.high);
  const bracketed = chart.rows.some((row) => row.bracket !== null);
  const recorded = chart.rows.some((row) => row.recorded !== null);
  const unit = titleWithUnit("", { name: chart.metric.unit, divisor: 1 });
  return {
    columns: [
      { key: "name", title: "variant", numeric: false },
      ...valueColumns("value", chart.metric, exact),
      ...(bracketed
        ? [
            { key: "bracketLow", title: `bracket from${unit}`, numeric: true },
            { key: "bracketHigh", title: `bracket to${unit}`, numeric: true },
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
      row.bracket === null
        ? ""
        : `, between ${formatIn(unit, row.bracket.low)} and ${formatIn(unit, row.bracket.high)} for certain`;
    const recorded = row.recorded === null ? "" : `, ${chart.recordedLabel} ${formatIn(unit, row.recorded)}`;
    return `${row.name === "" ? "" : `${row.name} `}${formatIn(unit, row.value)}${bracket}${recorded}`;
  });
  return `${capitalize(chart.metric.label)}: ${parts.join("; ") || "nothing measured"}.`;
}

/** Peaks as bars, with the bracket that holds the true peak and a peak recorded elsewhere. */
export const peaks: ChartKind<Peaks> = {
  draw,
  data,
  summarize,
  series: (chart) => chart.rows.map((row) => row.series),
};

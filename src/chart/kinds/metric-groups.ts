import { groups } from "d3-array";
import { formatInterval, formatNumber } from "../../analysis/format.ts";
import type { ReadyChart } from "../../model/ready-charts.ts";
import { capitalize, join, sentence, withAside, withColon } from "../../words/punctuation.ts";
import { say } from "../../words/say.ts";
import type { ChartWidth } from "../layout/chart-frame.ts";
import { type DisplayUnit, displayUnit, formatIn, intervalInUnit, titleWithUnit } from "../layout/display-unit.ts";
import { type ChartRow, layOutRows } from "../layout/rows.ts";
import { plotDrawing } from "../parts/chart-specs.ts";
import { colourEncoding } from "../parts/encodings.ts";
import { barLayer, rowEncodings, whiskerLayers, zeroLayer } from "../parts/row-layers.ts";
import { textLayers } from "../parts/text-layers.ts";
import { valueColumns, valueRow } from "../parts/value-columns.ts";
import type { ChartData, ChartDrawing, ChartKind, SeriesColours } from "../types.ts";

type MetricGroups = Extract<ReadyChart, { readonly chart: "metric-groups" }>;
type GroupRow = MetricGroups["rows"][number];

const unitOf = (chart: MetricGroups): DisplayUnit =>
  displayUnit(
    chart.metric.unit,
    chart.rows.flatMap((row) => [row.value, row.high]),
  );

/** Groups the rows; keeps the order in which groups and rows first appear. */
function groupRows(rows: readonly GroupRow[]): readonly (readonly GroupRow[])[] {
  return groups(rows, (row) => row.group).map(([, members]) => members);
}

/**
 * Change from the first row of the group, such as `+4 %`. For bounds, the interval that contains the change, or
 * `undecided` if the bounds overlap. Empty for the first row, and where a percentage has no meaning.
 */
function changeOf(row: GroupRow, first: GroupRow | undefined): string {
  if (row.change !== undefined) return row.change;
  if (first === undefined || first === row || first.low <= 0 || row.value < 0) return "";
  if (row.bounds !== true && first.bounds !== true) {
    const isExact = row.low === row.high && first.low === first.high;
    return row.value === first.value && isExact ? say("equal") : percentOf(row.value / first.value);
  }
  const [low, high] = [row.low / first.high, row.high / first.low];
  if (low === 1 && high === 1) return say("equal");
  if (low <= 1 && high >= 1) return say("undecided");
  const ends = [percentOf(low), percentOf(high)];
  return ends[0] === ends[1] ? percentOf(low) : ends.join(` ${say("to")} `);
}

/** Formats a ratio as a percentage change: `+4 %`, `−0.3 %`, `< 0.1 % more`. */
function percentOf(ratio: number): string {
  const percent = (ratio - 1) * 100;
  const size = formatNumber(Math.abs(Number(percent.toPrecision(2))));
  if (percent === 0) return "0\u00a0%";
  if (Math.abs(percent) < 0.05) return say(percent < 0 ? "tinyLess" : "tinyMore");
  return `${percent < 0 ? "−" : "+"}${size}\u00a0%`;
}

function textOf(row: GroupRow, first: GroupRow | undefined, unit: DisplayUnit): string {
  const value = row.bounds === true ? formatInterval({ ...row, unit: unit.base }) : formatIn(unit, row.value);
  const change = changeOf(row, first);
  return change === "" ? value : withAside(value, change);
}

function draw(chart: MetricGroups, width: ChartWidth, colours: SeriesColours): ChartDrawing {
  const unit = unitOf(chart);
  const grouped = groupRows(chart.rows);
  const rows = grouped.flatMap((group) =>
    group.map(
      (row, index): ChartRow => ({
        name: row.side,
        ...intervalInUnit(unit, row),
        text: textOf(row, group[0], unit),
        ...(index === 0 && row.group !== "" ? { heading: row.group } : {}),
      }),
    ),
  );
  const layout = layOutRows(rows, { width, form: "bars" });
  const bars = grouped.flat().map((row, index) => ({
    group: row.group,
    series: row.side,
    ...intervalInUnit(unit, row),
    y: layout.rows[index]?.y ?? 0,
    zero: 0,
  }));
  const { x, y } = rowEncodings(layout, titleWithUnit(chart.metric.label, unit));
  const color = colourEncoding(
    bars.map((bar) => bar.series),
    colours,
  );
  return plotDrawing(layout.frame, bars, [
    barLayer(layout, x, y, color),
    // A continuous line would cross the group headings.
    zeroLayer(layout, y, false),
    ...whiskerLayers(bars, y),
    ...textLayers(layout.labels),
  ]);
}

function data(chart: MetricGroups): ChartData {
  const exact = chart.rows.every((row) => row.low === row.high);
  const grouped = chart.rows.some((row) => row.group !== "");
  return {
    columns: [
      ...(grouped ? [{ key: "group", title: say("colVariant"), numeric: false }] : []),
      { key: "side", title: chart.side, numeric: false },
      ...valueColumns("value", chart.metric, exact),
      { key: "change", title: say("colChange"), numeric: false },
    ],
    rows: groupRows(chart.rows).flatMap((group) =>
      group.map((row) => ({
        ...(grouped ? { group: row.group } : {}),
        side: row.side,
        ...valueRow("value", row, exact),
        change: changeOf(row, group[0]),
      })),
    ),
  };
}

function summarize(chart: MetricGroups): string {
  const unit = unitOf(chart);
  const parts = groupRows(chart.rows).map((group) => {
    const values = group.map((row) => `${row.side} ${textOf(row, group[0], unit)}`);
    const name = group[0]?.group ?? "";
    const said = join(values, "comma");
    return name === "" ? said : withColon(name, said);
  });
  const head = capitalize(say("metricBy", { metric: chart.metric.label, side: chart.side }));
  return sentence(withColon(head, join(parts, "semicolon") || say("nothingMeasuredHere")));
}

/**
 * Chart of one metric as bars: in a group, one bar for each value of one parameter, such as versions of V8; one group
 * for each combination of the other parameters.
 */
export const metricGroups: ChartKind<MetricGroups> = {
  draw,
  data,
  summarize,
  series: (chart) => chart.rows.map((row) => row.side),
};

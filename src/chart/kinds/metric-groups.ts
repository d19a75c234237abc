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
import type { ChartData } from "../types.ts";

type MetricGroups = Extract<ReadyChart, { readonly chart: "metric-groups" }>;
type GroupRow = MetricGroups["rows"][number];

const unitOf = (chart: MetricGroups): DisplayUnit =>
  displayUnit(
    chart.metric.unit,
    chart.rows.flatMap((row) => [row.value, row.high]),
  );

/** Rows of each group together, in the order in which groups and rows first appear. */
function groupRows(rows: readonly GroupRow[]): readonly (readonly GroupRow[])[] {
  return distinct(rows.map((row) => row.group)).map((group) => rows.filter((row) => row.group === group));
}

/** `+4 %` of the first of its group, where that says something. */
function changeOf(row: GroupRow, first: GroupRow | undefined): string {
  if (first === undefined || first === row || first.value <= 0 || row.value < 0) return "";
  const percent = (row.value / first.value - 1) * 100;
  const size = formatNumber(Math.abs(Number(percent.toPrecision(2))));
  if (Math.abs(percent) < 0.05) return percent === 0 ? "equal" : `<\u00a00.1\u00a0% ${percent < 0 ? "less" : "more"}`;
  return `${percent < 0 ? "−" : "+"}${size}\u00a0%`;
}

function draw(chart: MetricGroups, width: ChartWidth, colours: SeriesColours): ChartDrawing {
  const unit = unitOf(chart);
  const groups = groupRows(chart.rows);
  const ordered = groups.flat();
  const rows = groups.flatMap((group) =>
    group.map((row, index): Row => {
      const change = changeOf(row, group[0]);
      return {
        name: row.side,
        value: inUnit(unit, row.value),
        low: inUnit(unit, row.low),
        high: inUnit(unit, row.high),
        text: `${formatIn(unit, row.value)}${change === "" ? "" : ` (${change})`}`,
        ...(index === 0 && row.group !== "" ? { heading: row.group } : {}),
      };
    }),
  );
  const layout = layOutRows(rows, { width, title: titleWithUnit(chart.metric.label, unit), form: "bars" });
  const { frame, x, y } = layout;
  const bars = ordered.map(({ group, side }, index) => {
    const { value = 0, low = 0, high = 0 } = rows[index] ?? {};
    return { group, series: side, value, low, high, y: layout.rows[index]?.y ?? 0, zero: 0 };
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
    // A line from top to bottom would strike the headings through.
    zeroLayer(layout, false),
    ...whiskerLayers(bars, y),
    ...rowTexts(layout),
  ];
  return { spec: framedSpec(frame, bars, layer), heightPx: frame.heightPx };
}

function data(chart: MetricGroups): ChartData {
  const exact = chart.rows.every((row) => row.low === row.high);
  const grouped = chart.rows.some((row) => row.group !== "");
  return {
    columns: [
      ...(grouped ? [{ key: "group", title: "variant", numeric: false }] : []),
      { key: "side", title: chart.side, numeric: false },
      ...valueColumns("value", chart.metric, exact),
      { key: "change", title: "against the first", numeric: false },
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
    const values = group.map((row) => {
      const change = changeOf(row, group[0]);
      return `${row.side} ${formatIn(unit, row.value)}${change === "" ? "" : ` (${change})`}`;
    });
    const name = group[0]?.group ?? "";
    return `${name === "" ? "" : `${name}: `}${values.join(", ")}`;
  });
  return `${capitalize(chart.metric.label)} by ${chart.side}: ${parts.join("; ") || "nothing measured"}.`;
}

/** One metric side by side for the values of one parameter (versions of V8, say), in a block for each other variant. */
export const metricGroups: ChartKind<MetricGroups> = {
  draw,
  data,
  summarize,
  series: (chart) => chart.rows.map((row) => row.side),
};

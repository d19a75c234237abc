import { formatSignedBytes } from "../../analysis/format.ts";
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
import { layOutRows, type Row, rowTexts, zeroLayer } from "../layout/rows.ts";
import { type DisplayUnit, displayUnit, inUnit, titleWithUnit } from "../layout/units.ts";
import { MEASURE_LABELS } from "../parts/measure-labels.ts";
import type { ChartData } from "../types.ts";

type LineDifference = Extract<ReadyChart, { readonly chart: "line-difference" }>;
type LineRow = LineDifference["rows"][number];

/** More lines than this in a sentence are not listened to. */
const MOST_SPOKEN = 3;

const unitOf = (chart: LineDifference): DisplayUnit =>
  displayUnit(
    "B",
    chart.rows.map((row) => row.bytes),
  );

/** Lines of one file together, the file with the largest difference first. */
function groupByFile(rows: readonly LineRow[]): readonly (readonly LineRow[])[] {
  return distinct(rows.map((row) => row.file)).map((file) => rows.filter((row) => row.file === file));
}

/** The run that has more of a line. */
const fullerOf = (row: LineRow, { names }: LineDifference): string => names[row.bytes > 0 ? 0 : 1];

function draw(chart: LineDifference, width: ChartWidth, colours: SeriesColours): ChartDrawing {
  const unit = unitOf(chart);
  const groups = groupByFile(chart.rows);
  const rows = groups.flatMap((group) =>
    group.map((row, index): Row => {
      const value = inUnit(unit, row.bytes);
      return {
        name: `${row.line}\u2002${row.source}`,
        low: value,
        value,
        high: value,
        text: formatSignedBytes(row.bytes),
        ...(index === 0 ? { heading: row.file } : {}),
      };
    }),
  );
  const [first, second] = chart.names;
  const title = titleWithUnit(`${MEASURE_LABELS[chart.by]}, ${first} less ${second}`, unit);
  const layout = layOutRows(rows, { width, title, form: "bars", names: "above" });
  const { frame, x, y } = layout;
  const bars = groups.flat().map((row, index) => ({
    place: `${row.file}:${row.line}`,
    series: fullerOf(row, chart),
    value: rows[index]?.value ?? 0,
    y: layout.rows[index]?.y ?? 0,
    zero: 0,
  }));
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
    ...rowTexts(layout),
  ];
  return { spec: framedSpec(frame, bars, layer), heightPx: frame.heightPx };
}

function data(chart: LineDifference): ChartData {
  const count = chart.by === "allocated" ? "allocations" : "objects";
  return {
    columns: [
      { key: "line", title: "line", numeric: false },
      { key: "bytes", title: `${MEASURE_LABELS[chart.by]}, difference, B`, numeric: true },
      { key: "count", title: `${count}, difference`, numeric: true },
      { key: "source", title: "source", numeric: false },
    ],
    rows: chart.rows.map(({ file, line, bytes, count: difference, source }) => ({
      line: `${file}:${line}`,
      bytes,
      count: difference,
      source,
    })),
  };
}

function summarize(chart: LineDifference): string {
  const [first, second] = chart.names;
  const head = `${capitalize(MEASURE_LABELS[chart.by])} by line, ${first} less ${second}`;
  if (chart.rows.length === 0) return `${head}: no line differs.`;
  const said = chart.rows
    .slice(0, MOST_SPOKEN)
    .map(({ file, line, bytes }) => `${file}:${line} ${formatSignedBytes(bytes)}`);
  const rest = chart.rows.length - said.length;
  return `${head}: ${said.join(", ")}${rest === 0 ? "" : `, and ${rest} more`}.`;
}

/** The lines in which two runs differ, as bars to both sides of zero; the colour is that of the run that has more. */
export const lineDifference: ChartKind<LineDifference> = { draw, data, summarize, series: (chart) => chart.names };

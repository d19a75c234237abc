import { groups } from "d3-array";
import { formatSignedBytes } from "../../analysis/format.ts";
import type { ReadyChart } from "../../model/ready-charts.ts";
import { capitalize, join, sentence, withColon } from "../../words/punctuation.ts";
import { say } from "../../words/say.ts";
import type { ChartWidth } from "../layout/chart-frame.ts";
import { type DisplayUnit, displayUnit, inUnit, titleWithUnit } from "../layout/display-unit.ts";
import { type ChartRow, layOutRows } from "../layout/rows.ts";
import { plotDrawing } from "../parts/chart-specs.ts";
import { colourEncoding } from "../parts/encodings.ts";
import { measureLabel } from "../parts/measure-labels.ts";
import { barLayer, rowEncodings, zeroLayer } from "../parts/row-layers.ts";
import { textLayers } from "../parts/text-layers.ts";
import type { ChartData, ChartDrawing, ChartKind, SeriesColours } from "../types.ts";

type LineDifference = Extract<ReadyChart, { readonly chart: "line-difference" }>;
type LineRow = LineDifference["rows"][number];

/** Most source lines named in the summary for screen readers. */
const MAXIMUM_SPOKEN = 3;

const unitOf = (chart: LineDifference): DisplayUnit =>
  displayUnit(
    "B",
    chart.rows.map((row) => row.bytes),
  );

/** Groups rows by file, the file with the largest difference first. */
function groupByFile(rows: readonly LineRow[]): readonly (readonly LineRow[])[] {
  return groups(rows, (row) => row.file).map(([, lines]) => lines);
}

/** Name of the run in which the line has more bytes. */
const largerRun = (row: LineRow, { names }: LineDifference): string => names[row.bytes > 0 ? 0 : 1];

function draw(chart: LineDifference, width: ChartWidth, colours: SeriesColours): ChartDrawing {
  const unit = unitOf(chart);
  const files = groupByFile(chart.rows);
  const rows = files.flatMap((lines) =>
    lines.map((row, index): ChartRow => {
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
  const layout = layOutRows(rows, { width, form: "bars", names: "above" });
  const bars = files.flat().map((row, index) => ({
    place: `${row.file}:${row.line}`,
    series: largerRun(row, chart),
    value: inUnit(unit, row.bytes),
    y: layout.rows[index]?.y ?? 0,
    zero: 0,
  }));
  const [first, second] = chart.names;
  const title = titleWithUnit(join([measureLabel(chart.by), say("namesLess", { first, second })], "comma"), unit);
  const { x, y } = rowEncodings(layout, title);
  const color = colourEncoding(
    bars.map((bar) => bar.series),
    colours,
  );
  // A continuous line at zero would cross the headings.
  const layers = [barLayer(layout, x, y, color), zeroLayer(layout, y, false), ...textLayers(layout.labels)];
  return plotDrawing(layout.frame, bars, layers);
}

function data(chart: LineDifference): ChartData {
  const count = say(chart.by === "allocated" ? "allocations" : "colObjects");
  return {
    columns: [
      { key: "line", title: say("colLine"), numeric: false },
      {
        key: "bytes",
        title: join([say("colDifference", { measure: measureLabel(chart.by) }), "B"], "comma"),
        numeric: true,
      },
      { key: "count", title: say("colDifference", { measure: count }), numeric: true },
      { key: "source", title: say("colSource"), numeric: false },
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
  const head = capitalize(
    say("byLine", { measure: measureLabel(chart.by), names: say("namesLess", { first, second }) }),
  );
  if (chart.rows.length === 0) return sentence(withColon(head, say("noLineDiffers")));
  const said = chart.rows
    .slice(0, MAXIMUM_SPOKEN)
    .map(({ file, line, bytes }) => `${file}:${line} ${formatSignedBytes(bytes)}`);
  const rest = chart.rows.length - said.length;
  const more = rest === 0 ? [] : [say("andMore", { n: rest })];
  return sentence(withColon(head, join([...said, ...more], "comma")));
}

/**
 * Chart of the lines in which two runs differ, as bars on both sides of zero. A bar has the colour of the run with more
 * bytes.
 */
export const lineDifference: ChartKind<LineDifference> = { draw, data, summarize, series: (chart) => chart.names };

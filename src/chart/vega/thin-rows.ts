import { isRecord } from "../../analysis/own-value.ts";
import { say } from "../../words/say.ts";
import type { VegaLiteSpec } from "../types.ts";
import { type DataRow, inlineRows, markType } from "./spec-data.ts";
import { utcTime } from "./utc.ts";

/** Largest number of rows that is drawn without thinning. */
const MOST_ROWS = 10_000;
/** Columns of the grid in which points are merged: the width of a wide drawing in px. */
const COLUMNS = 720;
const ROWS = 240;

const LINES: ReadonlySet<string> = new Set(["line", "area", "trail"]);
const POINTS: ReadonlySet<string> = new Set(["point", "circle", "square", "tick"]);
const SERIES = [
  "color",
  "stroke",
  "fill",
  "detail",
  "shape",
  "strokeDash",
  "opacity",
  "size",
  "column",
  "row",
  "facet",
];

/**
 * A specification with fewer rows, and a sentence for the page about the thinning; without a note if all rows are kept.
 */
export interface ThinnedSpec {
  readonly spec: VegaLiteSpec;
  readonly note: string | undefined;
}

/**
 * Drops rows of a large line or point chart that make no visible difference. A line keeps the first, last, least and
 * greatest value of each pixel column, and so covers the same pixels (M4; Jugel, Jerzak, Hackenbroich and Markl 2014).
 * Points keep one row of each pixel. Charts with transforms, aggregates or several views keep all rows.
 */
export function thinRows(spec: VegaLiteSpec): ThinnedSpec {
  const unchanged = { spec, note: undefined };
  const rows = inlineRows(spec["data"], spec);
  const mark = markType(spec);
  if (rows === undefined || rows.length <= MOST_ROWS || mark === undefined || "transform" in spec) return unchanged;
  const encoding = isRecord(spec["encoding"]) ? spec["encoding"] : {};
  const x = readerOf(encoding["x"]);
  const y = readerOf(encoding["y"]);
  if (x === undefined || y === undefined || !(LINES.has(mark) || POINTS.has(mark))) return unchanged;
  const series = SERIES.map((channel) => encoding[channel])
    .flatMap((definition) => (Array.isArray(definition) ? definition : [definition]))
    .flatMap((definition) =>
      isRecord(definition) && typeof definition["field"] === "string" ? [definition["field"]] : [],
    );
  // A stacked area is a sum of series: a missing row in one series would move the others.
  if (mark === "area" && series.length > 0) return unchanged;
  const kept = (LINES.has(mark) ? keepOfLines : keepOfPoints)(rows, {
    x,
    y,
    seriesOf: (row) => seriesKey(row, series),
  });
  if (kept.length === rows.length) return unchanged;
  const { url: _, name: __, ...data } = isRecord(spec["data"]) ? spec["data"] : {};
  const how = LINES.has(mark) ? say("keptLines") : say("keptPoints");
  const note = say("drawnFrom", { rows: rows.length, kept: kept.length, how });
  return { spec: { ...spec, data: { ...data, values: kept } }, note };
}

type Reader = (row: DataRow) => number;
interface Axes {
  readonly x: Reader;
  readonly y: Reader;
  readonly seriesOf: (row: DataRow) => string;
}

function seriesKey(row: DataRow, fields: readonly string[]): string {
  return fields.length === 0 ? "" : JSON.stringify(fields.map((field) => row[field]));
}

/**
 * Returns a function that reads a row's number for a quantitative or temporal channel without transforms; undefined for
 * any other channel.
 */
function readerOf(channel: unknown): Reader | undefined {
  if (!isRecord(channel) || typeof channel["field"] !== "string") return undefined;
  if (["aggregate", "bin", "timeUnit", "stack"].some((key) => key in channel && channel[key] !== null))
    return undefined;
  if (channel["type"] !== "quantitative" && channel["type"] !== "temporal") return undefined;
  const name = channel["field"].replaceAll("\\", "");
  return (row) => {
    const value = row[name];
    if (typeof value === "number") return value;
    return typeof value === "string" ? (utcTime(value) ?? Number.NaN) : Number.NaN;
  };
}

/**
 * Returns a function that maps a row to its bin, 0 … `count` − 1. The bins divide the range of the numbers that `read`
 * returns.
 */
function gridOf(rows: readonly DataRow[], read: Reader, count: number): (row: DataRow) => number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const row of rows) {
    const value = read(row);
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const span = high - low || 1;
  return (row) => Math.min(count - 1, Math.floor(((read(row) - low) / span) * count));
}

function keepOfLines(rows: readonly DataRow[], { x, y, seriesOf }: Axes): readonly DataRow[] {
  const columnOf = gridOf(rows, x, COLUMNS);
  const columns = new Map<string, { first: DataRow; last: DataRow; least: DataRow; most: DataRow }>();
  for (const row of rows) {
    const key = `${columnOf(row)} ${seriesOf(row)}`;
    const column = columns.get(key);
    if (column === undefined) columns.set(key, { first: row, last: row, least: row, most: row });
    else {
      if (x(row) < x(column.first)) column.first = row;
      if (x(row) >= x(column.last)) column.last = row;
      if (y(row) < y(column.least)) column.least = row;
      if (y(row) > y(column.most)) column.most = row;
    }
  }
  const kept = new Set([...columns.values()].flatMap(({ first, last, least, most }) => [first, last, least, most]));
  return rows.filter((row) => kept.has(row));
}

function keepOfPoints(rows: readonly DataRow[], { x, y, seriesOf }: Axes): readonly DataRow[] {
  const columnOf = gridOf(rows, x, COLUMNS);
  const rowOf = gridOf(rows, y, ROWS);
  const taken = new Set<string>();
  return rows.filter((row) => {
    const key = `${columnOf(row)} ${rowOf(row)} ${seriesOf(row)}`;
    if (taken.has(key)) return false;
    taken.add(key);
    return true;
  });
}

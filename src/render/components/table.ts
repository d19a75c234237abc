import { formatNumber } from "../../analysis/format.ts";
import { isRecord } from "../../analysis/record.ts";
import { fillTemplate } from "../html/template.ts";

export interface Column {
  readonly title: string;
  /** Aligned right, so that digits stand under digits. */
  readonly numeric: boolean;
}

export interface TableCell {
  readonly text: string;
  /** The text is inline Markdown, for a format that is Markdown itself. */
  readonly isMarkdown?: boolean;
  /** A second, quieter line. */
  readonly note?: string | undefined;
}

/** A table, ready for any format. */
export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly TableCell[])[];
  /** Rows there are, of which `rows` may be the first. */
  readonly total: number;
  /** What its numbers are, in a sentence above it. */
  readonly caption?: string | undefined;
}

/** Rows of a printed table that a page shows; results.json has them all. */
const MOST_ROWS = 200;

/** The payload of `application/vnd.heapbook.table+json`, or undefined for something else under that name. */
export function readTable(payload: unknown): Table | undefined {
  if (!isRecord(payload) || !Array.isArray(payload["rows"])) return undefined;
  const rows = payload["rows"].filter(isRecord);
  const given = payload["columns"];
  const keys = Array.isArray(given) ? given.map(String) : [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return makeTable(
    keys.map((key) => ({ key, title: key })),
    rows,
    MOST_ROWS,
  );
}

/** A table of the values under the keys; a column of nothing but numbers is aligned right. */
export function makeTable(
  keys: readonly { readonly key: string; readonly title: string; readonly numeric?: boolean }[],
  rows: readonly Readonly<Record<string, unknown>>[],
  mostRows: number,
): Table {
  const columns = keys.map(({ key, title, numeric }) => ({
    title,
    numeric: numeric ?? isNumericColumn(rows.map((row) => row[key])),
  }));
  const grouped = new Set(keys.map(({ key }) => key).filter((key) => rows.some((row) => isLarge(row[key]))));
  const shown = rows
    .slice(0, mostRows)
    .map((row) => keys.map(({ key }) => ({ text: formatTableValue(row[key], grouped.has(key)) })));
  return { columns, rows: shown, total: rows.length };
}

/** The HTML of a table, in a box that scrolls sideways when the page is narrow. */
export function renderTable(table: Table): string {
  const rows = table.rows.map((row) =>
    row.map((cell, index) => ({
      text: cell.text,
      note: cell.note ?? null,
      numeric: table.columns[index]?.numeric ?? false,
    })),
  );
  const filled = fillTemplate("table", { columns: table.columns, rows, caption: table.caption ?? null });
  const rest = describeRest(table);
  return rest === undefined ? filled : `${filled}<p class="more">${rest}</p>`;
}

/** Says how many rows are not shown; undefined when all are. */
export function describeRest(table: Table): string | undefined {
  const { total, rows } = table;
  return total > rows.length ? `${formatNumber(rows.length)} of ${formatNumber(total)} rows` : undefined;
}

/**
 * A value as a table shows it: fractions rounded to six significant digits, whole numbers in full, their thousands
 * `grouped` where the column has a number of five digits or more. Otherwise not: 2021 may be a year.
 */
function formatTableValue(value: unknown, grouped: boolean): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") {
    if (!Number.isInteger(value)) return formatNumber(Number(value.toPrecision(6)), 6);
    return grouped ? formatNumber(value, 15) : String(value).replace("-", "\u2212");
  }
  if (typeof value === "object") return JSON.stringify(value);
  return String(value);
}

function isLarge(value: unknown): boolean {
  return typeof value === "number" && Math.abs(value) >= 10_000;
}

function isNumericColumn(values: readonly unknown[]): boolean {
  const present = values.filter((value) => value !== null && value !== undefined);
  return present.length > 0 && present.every((value) => typeof value === "number");
}

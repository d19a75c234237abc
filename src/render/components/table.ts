import { formatNumber } from "../../analysis/format.ts";
import { isRecord } from "../../analysis/record.ts";

export interface Column {
  readonly title: string;
  /** Whether a format aligns the column right, so that decimal places line up. */
  readonly numeric: boolean;
}

export interface TableCell {
  readonly text: string;
  /** Whether `text` is inline Markdown; only tables made for the Markdown format have such cells. */
  readonly isMarkdown?: boolean;
  /** Secondary text: a second line in HTML, in parentheses in Markdown. */
  readonly note?: string | undefined;
}

/** A table with formatted values, the same for every format. */
export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly TableCell[])[];
  /** Number of rows of the whole table; `rows` holds the first of them, at most `total`. */
  readonly total: number;
  /** A sentence above the table that says what its numbers are. */
  readonly caption?: string | undefined;
}

/** Most rows shown of a table that a cell displays; results.json has every row. */
const MOST_ROWS = 200;

/** Reads a payload of `application/vnd.heapbook.table+json`; undefined when the payload is malformed. */
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

/**
 * Makes a table from records, one row a record and one column a key. A column is numeric when the key says so, or when all its
 * values are numbers. Holds the first `mostRows` rows.
 */
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

/** `200 of 1,000 rows` for a table that holds only its first rows; undefined when it holds all of them. */
export function describeRest(table: Table): string | undefined {
  const { total, rows } = table;
  return total > rows.length ? `${formatNumber(rows.length)} of ${formatNumber(total)} rows` : undefined;
}

/**
 * Formats one value: fractions with six significant digits, integers in full.
 *
 * @param grouped whether integers get thousands separators: in columns with an integer of five digits or more. Other columns
 *   get none, because 2021 may be a year.
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

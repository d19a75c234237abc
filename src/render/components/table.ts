import { formatBytes, formatInteger, formatNumber, formatValue } from "../../analysis/format.ts";
import { numberStyle } from "../../analysis/number-style.ts";
import { isRecord, ownValue } from "../../analysis/own-value.ts";
import { describeLeftOut } from "../../chart/left-out.ts";
import type { LeftOut } from "../../model/ready-charts.ts";
import { capitalize, inParentheses, join, joinSentences, sentence, withColon } from "../../words/punctuation.ts";
import { say } from "../../words/say.ts";
import { comparisonInWords } from "./comparison-words.ts";
import { readColumns, type TableColumn } from "./table-columns.ts";

export interface Column {
  readonly title: string;
  /** Whether to align the column right, so that decimal places line up. */
  readonly numeric: boolean;
  /** Alignment that the author gives; by default numbers are aligned right, texts left. */
  readonly align?: TableColumn["align"];
}

export interface TableCell {
  readonly text: string;
  /** Whether `text` is inline Markdown; only tables made for the Markdown format have such cells. */
  readonly isMarkdown?: boolean;
  /** Secondary text: a second line in HTML, in parentheses in Markdown. */
  readonly note?: string | undefined;
}

/** A table with formatted values, which every format renders. */
export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly TableCell[])[];
  /** Number of rows of the whole table; `rows` may have only the first of them. */
  readonly total: number;
  /** Sentence above the table that explains its numbers. */
  readonly caption?: string | undefined;
  /** Whether a number is shown with fewer digits than it has, although the author did not ask for that. */
  readonly isRounded?: boolean;
}

/** Most rows shown of a displayed table; results.json has every row. */
const MOST_ROWS = 200;

/** Reads a payload of `application/vnd.heapbook.table+json`; undefined when the payload is malformed. */
export function readTable(payload: unknown): Table | undefined {
  if (!isRecord(payload) || !Array.isArray(payload["rows"])) return undefined;
  const rows = withSpecialValues(payload["rows"].filter(isRecord), payload["special"]);
  const given = payload["columns"];
  if (given !== undefined) {
    const columns = readColumns(given);
    return columns === undefined ? undefined : comparisonInWords(makeTable(columns, rows, MOST_ROWS));
  }
  const keys = new Set<string>();
  for (const row of rows) for (const key of Object.keys(row)) keys.add(key);
  const isTypes = payload["name"] === TYPES;
  const title = (key: string): string => (isTypes ? titleOfTypes(key, payload["by"]) : key);
  const table = makeTable(
    [...keys].map((key) => ({ key, title: title(key) })),
    isTypes ? rows.map(nameOtherTypes) : rows,
    MOST_ROWS,
  );
  const caption = isTypes ? describeTypes(payload["totals"], payload["leftOut"]) : undefined;
  return comparisonInWords(caption === undefined ? table : { ...table, caption });
}

/** Name of the table that `typeTable()` returns. */
const TYPES = "types";

/**
 * Translates a column title of `typeTable()`, which writes English, to the language of the page.
 * @param by which objects the table counts
 */
function titleOfTypes(key: string, by: unknown): string {
  if (key === "variant") return capitalize(say("colVariant"));
  if (key === "type") return capitalize(say("colType"));
  if (key === "bytes" && (by === "live" || by === "peak"))
    return say(by === "live" ? "headLive" : "headPeak", { unit: "B" });
  if (key === "bytes") return capitalize(say("colBytes"));
  return key === "objects" ? say("headObjects") : key;
}

/** Translates the row of `typeTable()` that sums small types. Other names come from V8's heap snapshot and stay. */
function nameOtherTypes(row: Row): Row {
  return row["type"] === "(other)" ? { ...row, type: inParentheses(say("spaceOther")) } : row;
}

/**
 * Caption of `typeTable()`: `12.3 MiB in total`; for several variants `saved: 12.3 MiB in total; …`. It also names the
 * variants without types.
 */
function describeTypes(totals: unknown, leftOut: unknown): string | undefined {
  if (!Array.isArray(totals)) return undefined;
  const texts = totals.filter(isRecord).flatMap(({ variant, bytes }) => {
    if (typeof bytes !== "number") return [];
    const text = say("inTotal", { bytes: formatBytes(bytes) });
    return typeof variant === "string" && variant !== "" ? withColon(variant, text) : capitalize(text);
  });
  if (texts.length === 0) return undefined;
  const caption = sentence(join(texts, "semicolon"));
  // Only `typeTable()` writes this payload.
  return Array.isArray(leftOut) ? joinSentences([caption, describeLeftOut(leftOut as readonly LeftOut[])]) : caption;
}

/** The text of a value that JSON lacks, or that a table shows by name: NaN, an infinity, a large integer, -0, null. */
class SpecialValue {
  /** Text with the number signs of the page's language. */
  readonly text: string;

  constructor(text: string) {
    this.text = /^-?\d+$/.test(text) ? groupDigits(text) : text;
  }
}

/**
 * Adds the thousands separators of the page's language to an integer. One regular expression would take minutes for
 * 100,000 digits.
 */
function groupDigits(integer: string): string {
  const digits = integer.replace("-", "");
  const first = digits.length % 3 || 3;
  const groups = [digits.slice(0, first), ...(digits.slice(first).match(/\d{3}/g) ?? [])];
  return `${integer.startsWith("-") ? "\u2212" : ""}${groups.join(numberStyle().group)}`;
}

/**
 * Copies rows with special values put in place.
 * @param special entries `[index of the row, column, text]` from the cell library
 */
function withSpecialValues(rows: readonly Row[], special: unknown): readonly Row[] {
  if (!Array.isArray(special) || special.length === 0) return rows;
  const changed = [...rows];
  for (const entry of special) {
    const [index, key, text] = Array.isArray(entry) ? entry : [];
    const row = typeof index === "number" ? changed[index] : undefined;
    if (row !== undefined && typeof key === "string" && typeof text === "string")
      changed[index] = { ...row, [key]: new SpecialValue(text) };
  }
  return changed;
}

type Row = Readonly<Record<string, unknown>>;

/**
 * Makes a table from records: one row for each record, one column for each key. A column is numeric if its description
 * says so, or if all its values are numbers. Keeps the first `mostRows` rows.
 */
export function makeTable(
  keys: readonly (TableColumn & { readonly numeric?: boolean })[],
  rows: readonly Row[],
  mostRows: number,
): Table {
  const columns = keys.map(({ key, title, numeric, align }) => ({
    title,
    numeric: numeric ?? isNumericColumn(rows.map((row) => ownValue(row, key))),
    ...(align === undefined ? {} : { align }),
  }));
  const grouped = new Set(keys.map(({ key }) => key).filter((key) => rows.some((row) => isLarge(ownValue(row, key)))));
  const first = rows.slice(0, mostRows);
  const shown = first.map((row) =>
    keys.map((column) => ({ text: formatTableValue(ownValue(row, column.key), column, grouped.has(column.key)) })),
  );
  const isRounded = keys.some((column) => first.some((row) => isShortened(ownValue(row, column.key), column)));
  return { columns, rows: shown, total: rows.length, ...(isRounded ? { isRounded } : {}) };
}

/**
 * Note below a table: `200 of 1,000 rows` if rows are left out, `No rows` if empty, `2 rows without columns` if rows
 * have no keys. Undefined if the table shows everything.
 */
export function describeRest(table: Table): string | undefined {
  const { total } = table;
  if (total === 0) return say("tableEmpty");
  if (table.columns.length === 0) return say("noColumns", { n: total });
  return total > table.rows.length
    ? say("rowsOf", { shown: formatNumber(table.rows.length), total: formatNumber(total) })
    : undefined;
}

/** Sentence that says that numbers are rounded; undefined for a table that shows every digit. */
export function describeRounding({ isRounded }: Table): string | undefined {
  return isRounded === true ? say("rounded") : undefined;
}

/** Significant digits of fractions in columns without a unit. */
const FRACTION_DIGITS = 6;

/**
 * Formats one value. Integers are written in full, fractions with six significant digits; digits before the decimal
 * point are never rounded.
 *
 * @param grouped whether integers get thousands separators; true for columns with an integer of five digits or more,
 * because 2021 may be a year
 */
function formatTableValue(value: unknown, { unit, digits }: TableColumn, grouped: boolean): string {
  if (value === undefined) return "";
  if (value instanceof SpecialValue) return value.text;
  if (typeof value === "number") {
    if (unit !== undefined) return formatValue(value, unit, { digits });
    if (digits !== undefined) return formatNumber(value, digits);
    if (!Number.isInteger(value)) return formatNumber(withoutNoise(value), FRACTION_DIGITS);
    const text = grouped ? formatInteger(value) : String(value).replace("-", "\u2212");
    return Object.is(value, -0) ? `\u2212${text}` : text;
  }
  if (value === null) return "";
  if (typeof value === "object") return JSON.stringify(value);
  return String(value);
}

/** Whether the text shows fewer digits than the value has, although the author did not ask for that. */
function isShortened(value: unknown, { unit, digits }: TableColumn): boolean {
  if (typeof value !== "number" || digits !== undefined) return false;
  if (unit !== undefined) return formatValue(value, unit) !== formatValue(value, unit, { digits: 15 });
  if (Number.isInteger(value)) return !Number.isSafeInteger(value) && withoutNoise(value) !== value;
  return formatNumber(withoutNoise(value), FRACTION_DIGITS) !== formatNumber(withoutNoise(value), 15);
}

/** Rounds a number to the 15 decimal digits that a double holds, so that 0.30000000000000004 becomes 0.3. */
function withoutNoise(value: number): number {
  return Number(value.toPrecision(15));
}

function isLarge(value: unknown): boolean {
  return typeof value === "number" && Math.abs(value) >= 10_000;
}

function isNumericColumn(values: readonly unknown[]): boolean {
  const present = values.filter((value) => value !== null && value !== undefined && !isNull(value));
  return present.length > 0 && present.every((value) => typeof value === "number" || value instanceof SpecialValue);
}

/** Whether a value is JavaScript's null or Python's None; a table shows both by name. */
function isNull(value: unknown): boolean {
  return value instanceof SpecialValue && /^(?:null|None)$/.test(value.text);
}

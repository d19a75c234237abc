import { type InspectOptions, inspect } from "node:util";
import { type Row, show } from "./display.ts";

/** One column of a table. */
export interface TableColumn {
  /** Key of the rows. */
  readonly key: string;
  /** Head of the column. Default: the key. */
  readonly label?: string;
  /** Unit in which the column's numbers are measured and shown: `B`, `ms`, `%`, `count` or any other. */
  readonly unit?: string;
  /** Significant digits, 1 to 15. Digits before the decimal point are never dropped. */
  readonly digits?: number;
  readonly align?: "left" | "right" | "center";
}

export interface TableOptions {
  /** Name of the rows in the result. Default `table`. */
  readonly name?: string;
  /** Columns to show, in order, as keys or records. Default: all keys, in the order in which they first appear. */
  readonly columns?: readonly (string | TableColumn)[];
}

/**
 * Shows rows as a table. The rows become part of the cell's result, under `name` (default `table`), for other cells and for
 * `vega-lite` cells.
 * @throws TypeError for rows that are not objects, and for columns of a wrong shape or that no row has
 */
export function table(rows: Iterable<Row>, options: TableOptions = {}): void {
  const { name = "table", columns } = options;
  const list = readRows(rows);
  if (columns !== undefined) checkColumns(columns, list);
  const special: [number, string, string][] = [];
  const plain = list.map((row, index) => plainRow(row, (key, text) => special.push([index, key, text])));
  const shown = columns ?? columnsWithoutValue(list);
  const data = { name, rows: plain, ...(shown === undefined ? {} : { columns: shown }) };
  show({ "application/vnd.heapbook.table+json": special.length === 0 ? data : { ...data, special } }, name);
}

function readRows(rows: unknown): readonly Row[] {
  if (typeof rows !== "object" || rows === null || !(Symbol.iterator in rows)) {
    throw new TypeError("table(): the rows must be an array or another iterable of objects. One row: table([row]).");
  }
  const list = [...(rows as Iterable<unknown>)];
  for (const [index, row] of list.entries()) {
    if (typeof row !== "object" || row === null || Array.isArray(row) || row instanceof Map || row instanceof Set) {
      throw new TypeError(
        `table(): row ${index + 1} must be an object such as { name: "a", bytes: 8 }, not ${nameOf(row)}.`,
      );
    }
  }
  return list as readonly Row[];
}

/**
 * Keys of all rows, if a key has only undefined values; else undefined. JSON drops such keys, and their columns would
 * vanish.
 */
function columnsWithoutValue(rows: readonly Row[]): readonly string[] | undefined {
  const hasValue = new Map<string, boolean>();
  for (const [key, value] of rows.flatMap(Object.entries)) {
    if (value !== undefined || !hasValue.has(key)) hasValue.set(key, value !== undefined);
  }
  return [...hasValue.values()].includes(false) ? [...hasValue.keys()] : undefined;
}

/**
 * Converts a row to values that JSON can hold. Calls `onSpecial` with a text for each value that JSON cannot hold; the
 * page shows that text.
 */
function plainRow(row: Row, onSpecial: (key: string, text: string) => void): Row {
  const entries = Object.entries(row).map(([key, value]): [string, unknown] => {
    if (typeof value === "number" && !Number.isFinite(value)) {
      onSpecial(key, Number.isNaN(value) ? "NaN" : value < 0 ? "\u2212\u221e" : "\u221e");
      return [key, null];
    }
    if (typeof value === "bigint") {
      onSpecial(key, String(value));
      return [key, String(value)];
    }
    if (Object.is(value, -0)) onSpecial(key, "-0");
    if (value === null) {
      onSpecial(key, "null");
      return [key, null];
    }
    if (value instanceof Date) return [key, dateText(value)];
    const text = textOfOther(value);
    const loss = typeof value === "object" ? lossOf(value, []) : "none";
    if (text === undefined && loss === "none") return [key, value];
    onSpecial(key, text ?? inspect(value, ON_ONE_LINE));
    // The data keep as much of the value as JSON can hold.
    return [key, loss === "some" && Object.keys(value as object).length > 0 ? value : null];
  });
  return Object.fromEntries(entries);
}

const ON_ONE_LINE: InspectOptions = { depth: null, breakLength: Number.POSITIVE_INFINITY };

/** Text of a value that JSON drops or empties: a symbol, a function, a regular expression, an error, a Map, a Set, a buffer. */
function textOfOther(value: unknown): string | undefined {
  if (typeof value === "symbol") return String(value);
  if (typeof value === "function") return `[function${value.name === "" ? "" : ` ${value.name}`}]`;
  if (value instanceof RegExp || value instanceof Error) return String(value);
  return typeof value === "object" && value !== null && !isPlain(value) ? inspect(value, ON_ONE_LINE) : undefined;
}

/** Marks the prototype of the objects of a result (`guardResult()`), which have no class. */
export const GUARDED: unique symbol = Symbol.for("heapbook.guarded");

/** Whether JSON represents an object faithfully: an object without a class, an array, or an object with `toJSON`. */
function isPlain(value: object): boolean {
  if (Array.isArray(value) || writesItself(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  // The prototype of plain objects of another realm (`node:vm`) is not this realm's.
  return prototype === null || Object.getPrototypeOf(prototype) === null || Object.hasOwn(Object(prototype), GUARDED);
}

/** Whether an object has its own `toJSON`. Exception: Sets, to whose prototype vega-lite adds that method. */
function writesItself(value: object): boolean {
  return "toJSON" in value && !(value instanceof Set || value instanceof Map);
}

/**
 * What JSON would lose of a nested value: nothing, a part (`some`), or all of it (`all`: a BigInt, or an object that
 * contains itself).
 * @param around objects that contain the value
 */
function lossOf(value: unknown, around: readonly unknown[]): "none" | "some" | "all" {
  if (typeof value === "bigint" || around.includes(value)) return "all";
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0) ? "none" : "some";
  const own = value === undefined || textOfOther(value) !== undefined ? "some" : "none";
  if (typeof value !== "object" || value === null || writesItself(value)) return own;
  const losses = Object.values(value).map((part) => lossOf(part, [...around, value]));
  return losses.find((loss) => loss === "all") ?? losses.find((loss) => loss === "some") ?? own;
}

/** A date as text: `2026-11-29` for midnight UTC, else `2026-11-29 18:00:00 UTC`. */
function dateText(date: Date): string {
  if (Number.isNaN(date.getTime())) return "Invalid Date";
  const [day = "", time = ""] = date.toISOString().split("T");
  const clock = time.replace(/(?:\.000)?Z$/, "");
  return clock === "00:00:00" ? day : `${day} ${clock} UTC`;
}

const KEYS: readonly string[] = ["key", "label", "unit", "digits", "align"];
const ALIGNMENTS: readonly unknown[] = [undefined, "left", "right", "center"];

function checkColumns(columns: unknown, rows: readonly Row[]): void {
  if (!Array.isArray(columns)) {
    throw new TypeError(
      `table(): columns must be an array, such as ["name", { key: "bytes", unit: "B" }], not ${nameOf(columns)}.`,
    );
  }
  for (const [index, column] of columns.entries()) {
    const key: unknown = typeof column === "string" ? column : column?.key;
    const where = `table(): columns[${index}]`;
    if (typeof key !== "string") {
      throw new TypeError(
        `${where} must be a key of the rows or { key, label, unit, digits, align }, not ${nameOf(column)}.`,
      );
    }
    if (typeof column === "object") checkColumn(column, where);
    if (rows.length > 0 && !rows.some((row) => Object.hasOwn(row, key))) {
      const known = [...new Set(rows.flatMap((row) => Object.keys(row)))].map((each) => `\`${each}\``);
      throw new TypeError(`${where}: no row has \`${key}\`. Keys of the rows: ${known.join(", ")}.`);
    }
  }
}

function checkColumn(column: Readonly<Record<string, unknown>>, where: string): void {
  const unknown = Object.keys(column).find((key) => !KEYS.includes(key));
  if (unknown !== undefined)
    throw new TypeError(`${where} has an unknown \`${unknown}\`. Available: ${KEYS.join(", ")}.`);
  const { label, unit, digits, align } = column;
  for (const [name, value] of Object.entries({ label, unit })) {
    if (value !== undefined && typeof value !== "string")
      throw new TypeError(`${where}: ${name} must be a text, not ${nameOf(value)}.`);
  }
  if (digits !== undefined && !(Number.isInteger(digits) && Number(digits) >= 1 && Number(digits) <= 15)) {
    throw new TypeError(`${where}: digits must be a whole number from 1 to 15, not ${nameOf(digits)}.`);
  }
  if (!ALIGNMENTS.includes(align))
    throw new TypeError(`${where}: align must be left, right or center, not ${nameOf(align)}.`);
}

function nameOf(value: unknown): string {
  return typeof value === "string"
    ? JSON.stringify(value)
    : value === null
      ? "null"
      : Array.isArray(value)
        ? "an array"
        : value instanceof Map || value instanceof Set
          ? `a ${value.constructor.name}`
          : typeof value === "object"
            ? `an object with ${Object.keys(value).join(", ") || "no keys"}`
            : String(value);
}

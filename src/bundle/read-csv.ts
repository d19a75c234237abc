import { csvParseRows, tsvParseRows } from "d3-dsv";

/**
 * Longest file, in characters, that is bundled as code. Longer files become data that the process parses, because code
 * would take a hundred times their size in memory.
 */
export const LARGE_TEXT = 1 << 20;

/** Parses a field of a CSV file: to a number if the whole field is one, else to its text. */
function parseField(text: string): string | number {
  if (text.trim() === "") return text;
  const value = Number(text);
  return Number.isFinite(value) ? value : text;
}

const rowsOf = (separator: "," | "\t") => (separator === "," ? csvParseRows : tsvParseRows);

/**
 * Parses a CSV or TSV file to one object for each row, keyed by the header. A field that is missing in a row becomes an
 * empty text.
 */
export function parseTable(text: string, separator: "," | "\t"): Record<string, string | number>[] {
  const [names = [], ...rows] = rowsOf(separator)(text);
  // d3's own parser is not used, because its object literals lose a column named `__proto__`.
  return rows.map((row) => Object.fromEntries(names.map((name, index) => [name, parseField(row[index] ?? "")])));
}

/** A CSV or TSV file as columns, which take far less memory than row objects. */
interface Columns {
  readonly names: readonly string[];
  /** One array for each column, with one field for each row. */
  readonly columns: readonly (readonly (string | number)[])[];
}

function parseColumns(text: string, separator: "," | "\t"): Columns {
  let names: readonly string[] = [];
  let columns: (string | number)[][] = [];
  // d3 keeps what this function returns, so it returns nothing.
  rowsOf(separator)(text, (row, index) => {
    if (index === 0) {
      names = row;
      columns = row.map(() => []);
    } else for (const [at, column] of columns.entries()) column.push(parseField(row[at] ?? ""));
    return undefined;
  });
  return { names, columns };
}

/**
 * Code of a module whose default export is the value of a JSON text. V8 parses JSON faster than code, and in less
 * memory.
 * @param make code of a function that is applied to the value
 */
export function jsonModule(json: string, make = ""): string {
  return `export default ${make}(JSON.parse('${json.replace(/[\\']/g, "\\$&")}'));\n`;
}

/**
 * Code, for the cell's bundle, of a function that converts columns to rows. A column `__proto__` becomes a normal
 * property.
 */
const ROWS_OF_COLUMNS = `(({ names, columns }) => (columns[0] ?? []).map((_, row) => {
  const fields = {};
  for (let at = 0; at < names.length; at++) {
    if (names[at] === "__proto__") Object.defineProperty(fields, "__proto__", { value: columns[at][row], enumerable: true, writable: true, configurable: true });
    else fields[names[at]] = columns[at][row];
  }
  return fields;
}))`;

/** Code of a module whose default export is the rows of a large CSV or TSV file, equal to those of `parseTable`. */
export function tableModule(text: string, separator: "," | "\t"): string {
  return jsonModule(JSON.stringify(parseColumns(text, separator)), ROWS_OF_COLUMNS);
}

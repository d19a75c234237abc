import { csvParseRows, tsvParseRows } from "d3-dsv";

/** Files with more characters become data that the cell's process parses: as code, they would take a hundred times their size. */
export const LARGE_TEXT = 1 << 20;

/** A field of a CSV file: a number if the whole text is one, else the text. */
function parseField(text: string): string | number {
  if (text.trim() === "") return text;
  const value = Number(text);
  return Number.isFinite(value) ? value : text;
}

const rowsOf = (separator: "," | "\t") => (separator === "," ? csvParseRows : tsvParseRows);

/** Parses a CSV or TSV file: one object for each row, with the header's names as keys. A field that a row lacks is an empty text. */
export function parseTable(text: string, separator: "," | "\t"): Record<string, string | number>[] {
  const [names = [], ...rows] = rowsOf(separator)(text);
  // Not by d3's own parse: it makes an object literal, in which a column `__proto__` is lost.
  return rows.map((row) => Object.fromEntries(names.map((name, index) => [name, parseField(row[index] ?? "")])));
}

/** A CSV or TSV file by columns, which take a fraction of the memory of its rows. */
interface Columns {
  readonly names: readonly string[];
  /** Fields of each column, one for each row. */
  readonly columns: readonly (readonly (string | number)[])[];
}

function parseColumns(text: string, separator: "," | "\t"): Columns {
  let names: readonly string[] = [];
  let columns: (string | number)[][] = [];
  // What the function returns is kept, so that it returns nothing.
  rowsOf(separator)(text, (row, index) => {
    if (index === 0) {
      names = row;
      columns = row.map(() => []);
    } else for (const [at, column] of columns.entries()) column.push(parseField(row[at] ?? ""));
    return undefined;
  });
  return { names, columns };
}

/** The code of a module whose default export is the value of a JSON text, which V8 parses faster than code, and in little memory. */
export function jsonModule(json: string, make = ""): string {
  return `export default ${make}(JSON.parse('${json.replace(/[\\']/g, "\\$&")}'));\n`;
}

/** Makes rows of columns. Text of the cell's bundle; a column `__proto__` is one like any other. */
const ROWS_OF_COLUMNS = `(({ names, columns }) => (columns[0] ?? []).map((_, row) => {
  const fields = {};
  for (let at = 0; at < names.length; at++) {
    if (names[at] === "__proto__") Object.defineProperty(fields, "__proto__", { value: columns[at][row], enumerable: true, writable: true, configurable: true });
    else fields[names[at]] = columns[at][row];
  }
  return fields;
}))`;

/** The code of a module whose default export are the rows of a large CSV or TSV file, as `parseTable` gives them. */
export function tableModule(text: string, separator: "," | "\t"): string {
  return jsonModule(JSON.stringify(parseColumns(text, separator)), ROWS_OF_COLUMNS);
}

import { csvParseRows, tsvParseRows } from "d3-dsv";

/** A field of a CSV file: a number if the whole text is one, else the text. */
function parseField(text: string): string | number {
  if (text.trim() === "") return text;
  const value = Number(text);
  return Number.isFinite(value) ? value : text;
}

/** Parses a CSV or TSV file: one object for each row, with the header's names as keys. A field that a row lacks is an empty text. */
export function parseTable(text: string, separator: "," | "\t"): Record<string, string | number>[] {
  const [names = [], ...rows] = separator === "," ? csvParseRows(text) : tsvParseRows(text);
  // Not by d3's own parse: it makes an object literal, in which a column `__proto__` is lost.
  return rows.map((row) => Object.fromEntries(names.map((name, index) => [name, parseField(row[index] ?? "")])));
}

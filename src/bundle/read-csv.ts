import { csvParse, tsvParse } from "d3-dsv";

/** A cell of a CSV file: a number where the whole text is one, the text as it stands otherwise. */
function parseField(text: string): string | number {
  if (text.trim() === "") return text;
  const value = Number(text);
  return Number.isFinite(value) ? value : text;
}

/** Rows of a CSV or TSV file by its header, as the module that imports the file sees them. */
export function parseTable(text: string, separator: "," | "\t"): Record<string, string | number>[] {
  const parsed = separator === "," ? csvParse(text) : tsvParse(text);
  return parsed.map((row) =>
    Object.fromEntries(Object.entries(row).map(([key, value]) => [key, parseField(value ?? "")])),
  );
}

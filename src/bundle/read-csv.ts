import { csvParse, tsvParse } from "d3-dsv";

/** A field of a CSV file: a number if the whole text is one, else the text. */
function parseField(text: string): string | number {
  if (text.trim() === "") return text;
  const value = Number(text);
  return Number.isFinite(value) ? value : text;
}

/** Parses a CSV or TSV file: one object for each row, with the header's names as keys. */
export function parseTable(text: string, separator: "," | "\t"): Record<string, string | number>[] {
  const parsed = separator === "," ? csvParse(text) : tsvParse(text);
  return parsed.map((row) =>
    Object.fromEntries(Object.entries(row).map(([key, value]) => [key, parseField(value ?? "")])),
  );
}

import { csvFormatRow } from "d3-dsv";
import type { ChartData } from "../../chart/types.ts";

/**
 * Formats the data of a chart as CSV (RFC 4180), with CRLF after each record. The first record has the column titles.
 */
export function formatCsv(data: ChartData): string {
  const records = [
    data.columns.map((column) => fieldOf(column.title)),
    ...data.rows.map((row) => data.columns.map((column) => fieldOf(row[column.key]))),
  ];
  return records.map((record) => `${csvFormatRow(record)}\r\n`).join("");
}

/**
 * Formats one CSV field. A text that begins like a formula gets an apostrophe, because a spreadsheet would run it
 * (OWASP, CSV injection). Numbers stay.
 */
function fieldOf(value: unknown): string {
  const text = String(value ?? "");
  const isNumber = typeof value === "number" || (text.trim() !== "" && Number.isFinite(Number(text)));
  return /^[=+\-@\t\r]/.test(text) && !isNumber ? `'${text}` : text;
}

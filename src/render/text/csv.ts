import { csvFormatRow } from "d3-dsv";
import type { ChartData } from "../../chart/types.ts";

/** The data of a chart as CSV by RFC 4180, with CRLF after each record; the first record has the column titles. */
export function formatCsv(data: ChartData): string {
  const records = [
    data.columns.map((column) => fieldOf(column.title)),
    ...data.rows.map((row) => data.columns.map((column) => fieldOf(row[column.key]))),
  ];
  return records.map((record) => `${csvFormatRow(record)}\r\n`).join("");
}

/** Text that begins as a formula gets an apostrophe, because spreadsheets would run it (OWASP, CSV injection). Numbers stay. */
function fieldOf(value: unknown): string {
  const text = String(value ?? "");
  const isNumber = typeof value === "number" || (text.trim() !== "" && Number.isFinite(Number(text)));
  return /^[=+\-@\t\r]/.test(text) && !isNumber ? `'${text}` : text;
}

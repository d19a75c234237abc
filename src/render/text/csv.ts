import { csvFormatRow } from "d3-dsv";
import type { ChartData } from "../../chart/types.ts";

/** The data of a chart as CSV by RFC 4180, with CRLF after each record; the first record has the column titles. */
export function formatCsv(data: ChartData): string {
  const records = [
    data.columns.map((column) => column.title),
    ...data.rows.map((row) => data.columns.map((column) => String(row[column.key] ?? ""))),
  ];
  return records.map((record) => `${csvFormatRow(record)}\r\n`).join("");
}

import type { ChartData } from "../../chart/types.ts";

/** The data behind a chart as RFC 4180 has it: CRLF between records, quotes doubled; the first record names the columns. */
export function formatCsv(data: ChartData): string {
  const records = [
    data.columns.map((column) => column.title),
    ...data.rows.map((row) => data.columns.map((column) => row[column.key] ?? "")),
  ];
  return records.map((record) => `${record.map((field) => quote(String(field))).join(",")}\r\n`).join("");
}

function quote(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

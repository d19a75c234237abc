import type { LineTable } from "../../model/line-views.ts";
import { say } from "../../words/say.ts";
import {
  captionOfLineTable,
  columnsOf,
  formatColumn,
  isFunctionLevel,
  nameLine,
  sumsOf,
} from "../components/line-table.ts";
import type { TableCell } from "../components/table.ts";
import { renderCodeCell, renderTableMarkdown } from "./table.ts";

/** Renders a line table as a plain Markdown table. */
export function renderLineTableMarkdown(table: LineTable): string {
  const columns = columnsOf(table);
  const lines = table.rows.map((row): TableCell[] => [
    { text: nameLine(row), note: isFunctionLevel(row, table) ? "ƒ" : undefined },
    ...columns.map((column) => ({ text: formatColumn(column, column.row(row)) })),
    { text: renderCodeCell(row.source), isMarkdown: true },
  ]);
  const sums = sumsOf(table).map(({ label, sum, note }): TableCell[] => [
    { text: label },
    ...columns.map((column) => ({ text: formatColumn(column, column.sum(sum)) })),
    { text: note },
  ]);
  const rows = [...lines, ...sums];
  return renderTableMarkdown({
    columns: [
      { title: say("line"), numeric: false },
      ...columns.map(({ title }) => ({ title, numeric: true })),
      { title: say("source"), numeric: false },
    ],
    rows,
    total: rows.length,
    caption: captionOfLineTable(table),
  });
}

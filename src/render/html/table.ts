import { joinClauses } from "../../words/punctuation.ts";
import { type Column, describeRest, describeRounding, type Table } from "../components/table.ts";
import { fillTemplate } from "./template.ts";

/** Renders a table in a box that scrolls horizontally on a narrow page. */
export function renderTableHtml(table: Table): string {
  const notes = [describeRest(table), describeRounding(table)].filter((note) => note !== undefined);
  const note = notes.length === 0 ? "" : `<p class="more">${joinClauses(notes)}</p>`;
  if (table.columns.length === 0) return note;
  const rows = table.rows.map((row) =>
    row.map((cell, index) => ({
      text: cell.text,
      note: cell.note ?? null,
      align: alignClass(table.columns[index]),
    })),
  );
  const columns = table.columns.map((column) => ({ title: column.title, align: alignClass(column) }));
  return `${fillTemplate("table", { columns, rows, caption: table.caption ?? null })}${note}`;
}

/** CSS class for the cells of a column: `n` aligns right, `c` centres; null for left. */
function alignClass(column: Column | undefined): "n" | "c" | null {
  const align = column?.align ?? (column?.numeric === true ? "right" : "left");
  return align === "right" ? "n" : align === "center" ? "c" : null;
}

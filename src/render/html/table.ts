import { describeRest, type Table } from "../components/table.ts";
import { fillTemplate } from "./template.ts";

/** A table as HTML, in a box that scrolls horizontally on a narrow page. */
export function renderTableHtml(table: Table): string {
  const rows = table.rows.map((row) =>
    row.map((cell, index) => ({
      text: cell.text,
      note: cell.note ?? null,
      numeric: table.columns[index]?.numeric ?? false,
    })),
  );
  const filled = fillTemplate("table", { columns: table.columns, rows, caption: table.caption ?? null });
  const rest = describeRest(table);
  return rest === undefined ? filled : `${filled}<p class="more">${rest}</p>`;
}

import { describeRest, type Table } from "../components/table.ts";
import { codeSpan } from "./fence.ts";
import { oneLine } from "./one-line.ts";

/** A table in GitHub's Markdown: caption, table, and the number of rows that are not shown. */
export function renderTableMarkdown(table: Table): string {
  const heads = table.columns.map(({ title }) => escapeTableCell(title));
  const rule = table.columns.map(({ numeric }) => (numeric ? "---:" : "---"));
  const rows = table.rows.map((row) =>
    row.map(({ text, note, isMarkdown }) => {
      const shown = isMarkdown === true ? text : escapeTableCell(text);
      return note === undefined ? shown : `${shown} (${escapeTableCell(note)})`;
    }),
  );
  const rest = describeRest(table);
  const lines = [heads, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
  return [table.caption, lines, rest].filter((part) => part !== undefined).join("\n\n");
}

/** Text for a table cell: one line, without Markdown. */
export function escapeTableCell(text: string): string {
  return oneLine(text).replace(/([\\|`*_<>[\]])/g, "\\$1");
}

/** Code for a table cell. GitHub reads `|` as the end of the cell in code too. */
export function renderCodeCell(text: string): string {
  return text === "" ? "" : codeSpan(oneLine(text).replaceAll("|", "\\|"));
}

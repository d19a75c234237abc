import { joinClauses, withAside } from "../../words/punctuation.ts";
import { type Column, describeRest, describeRounding, type Table } from "../components/table.ts";
import { codeSpan } from "./fence.ts";
import { oneLine } from "./one-line.ts";

/** Renders a table as GitHub Markdown: caption, table, and the number of rows left out. */
export function renderTableMarkdown(table: Table): string {
  const heads = table.columns.map(({ title }) => escapeTableCell(title));
  const rule = table.columns.map(ruleOf);
  const rows = table.rows.map((row) =>
    row.map(({ text, note, isMarkdown }) => {
      const shown = isMarkdown === true ? text : escapeTableCell(text);
      return note === undefined ? shown : withAside(shown, escapeTableCell(note));
    }),
  );
  const rest = describeRest(table);
  const written = [heads, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
  const lines = heads.length === 0 ? undefined : written;
  const notes = joinClauses([rest, describeRounding(table)].filter((note) => note !== undefined));
  return [table.caption, lines, notes === "" ? undefined : notes].filter((part) => part !== undefined).join("\n\n");
}

/** The cell that sets a column's alignment, in the row below the head. */
function ruleOf({ numeric, align = numeric ? "right" : "left" }: Column): string {
  return align === "right" ? "---:" : align === "center" ? ":---:" : "---";
}

/** Escapes text for a table cell: one line, without Markdown. */
export function escapeTableCell(text: string): string {
  return oneLine(text).replace(/([\\|`*_<>[\]])/g, "\\$1");
}

/** Renders code for a table cell; escapes `|`, which ends a cell in GitHub Markdown even inside code. */
export function renderCodeCell(text: string): string {
  return text === "" ? "" : codeSpan(oneLine(text).replaceAll("|", "\\|"));
}

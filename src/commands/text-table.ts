import type { Table } from "../render/components/table.ts";

/** Longest text in a cell of the table, in characters; longer ones are cut. */
const MOST_CHARACTERS = 60;

/** Formats a table as lines of text with aligned columns. A cell's note follows its text in parentheses. */
export function formatTextTable({ columns, rows, total }: Table): string[] {
  const texts = rows.map((row) =>
    row.map(({ text, note }) => cut(note === undefined || note === "" ? text : `${text} (${note})`)),
  );
  const heads = columns.map(({ title }) => cut(title));
  const widths = heads.map((head, index) => Math.max(head.length, ...texts.map((row) => row[index]?.length ?? 0)));
  const format = (cells: readonly string[]): string =>
    cells
      .map((text, index) =>
        columns[index]?.numeric === true ? text.padStart(widths[index] ?? 0) : text.padEnd(widths[index] ?? 0),
      )
      .join("  ")
      .trimEnd();
  const lines = [format(heads), widths.map((width) => "─".repeat(width)).join("  "), ...texts.map(format)];
  return total > rows.length ? [...lines, `${total - rows.length} more`] : lines;
}

function cut(text: string): string {
  const line = text.replaceAll("\u00a0", " ").replace(/\s+/g, " ");
  return line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS - 1)}…` : line;
}

import type { Token } from "markdown-it";

/** What is wrong with a block, and what to write. */
export interface BlockProblem {
  readonly message: string;
  readonly hint: string;
}

const TABLE_HINT = "Write a Markdown table: | a | b |, below it | --- | --- |, then a line for each row.";

/** Lines of a paragraph that are a table or a line block of Pandoc (https://pandoc.org/MANUAL.html#tables), or a table without dashes. */
export function findForeignBlock(source: string): BlockProblem | undefined {
  const rows = source.split("\n").map((row) => row.trim());
  const [head = ""] = rows;
  if (/^\+(?:[-=:]{2,}\+)+$/.test(head) && rows.length > 1)
    return { message: "These lines are a grid table of Pandoc, and the page shows them as text.", hint: TABLE_HINT };
  if (rows.length < 2) return undefined;
  const bars = rows.map((row) => row.split(/(?<!\\)\|/).length - 1);
  if (rows.every((row) => /^\|.*[^\\]\|$/.test(row))) {
    const dashes = `|${" --- |".repeat(Math.max(1, Math.min((bars[0] ?? 0) - 1, 12)))}`;
    return {
      message: "These lines are no table, and the page shows their bars as text.",
      hint: `A table has a row ${dashes} below its head.`,
    };
  }
  if (rows.slice(0, 2).every((row) => /^\|\s/.test(row)) && bars.every((count) => count <= 1))
    return {
      message: "These lines are a line block of Pandoc, and the page shows their bars as text.",
      hint: "For a line break, end the line with a backslash. Write \\| for a bar that is text.",
    };
  return undefined;
}

/**
 * A row of dashes with gaps, above or below text: the row under the head of a simple or multiline table of Pandoc. Markdown makes a
 * horizontal line of it, and headings of the rows above the next dashes.
 * @param lines of the whole file
 */
export function findDashedTable({ type, map }: Token, lines: readonly string[]): BlockProblem | undefined {
  if (type !== "hr" || map === null) return undefined;
  const [line] = map;
  if (!/^[\s>]*-{2,}(?: +-{2,})+\s*$/.test(lines[line] ?? "")) return undefined;
  const hasText = [lines[line - 1], lines[line + 1]].some((near) => /[\p{L}\p{N}]/u.test(near ?? ""));
  if (!hasText) return undefined;
  return {
    message: "This row of dashes belongs to a table of Pandoc, and the page shows a line instead of the table.",
    hint: TABLE_HINT,
  };
}

import type { Token } from "markdown-it";

/** A description of what is wrong with a block of Markdown, and of what to write instead. */
export interface BlockProblem {
  readonly message: string;
  readonly hint: string;
}

const TABLE_HINT = "Write a Markdown table: | a | b |, below it | --- | --- |, then a line for each row.";

/** Beginnings of lines that only other systems understand: the pattern, its name, and what to write instead. */
const FOREIGN_LINES: readonly (readonly [pattern: RegExp, what: string, hint: string])[] = [
  [
    /^\(@[\w-]*\)\s/,
    "a numbered example of Pandoc",
    "Write a list, 1. 2. 3., or an equation with a label: $$…$$ {#eq-name}.",
  ],
  [/^#\.\s/, "an item of Pandoc's list", "Write the number: 1."],
  [
    /^(?:!!!|\?\?\?\+?)\s+\w/,
    "an admonition of MkDocs",
    'Write a callout: ::: {.callout-note title="…"}, the text, and :::',
  ],
  [
    /^\.\.\s[\w:-]+::(?:\s|$)/,
    "a directive of reStructuredText",
    "Write Markdown, such as a callout: ::: {.callout-note}",
  ],
  [/^\*\[[^\]\n]{1,80}\]:\s/, "an abbreviation of PHP Markdown Extra", "Write the words where they are used first."],
  [
    /^\{:[^{}\n]{0,200}\}$/,
    "an attribute list of kramdown",
    "Write attributes after a heading, an image or a caption: {#sec-name}.",
  ],
  [
    /^(?:\[toc\]|\[\[_?toc_?\]\]|\$toc\$|\[\[TOC\]\])$/i,
    "a place for the table of contents",
    "The page has contents beside the text; `format: { html: { toc: false } }` removes them.",
  ],
];

/** Finds the first line of a paragraph that only another system understands. `offset`: number of lines before it. */
export function findForeignLine(source: string): (BlockProblem & { readonly offset: number }) | undefined {
  for (const [offset, row] of source.split("\n").entries()) {
    const line = row.trim();
    const found = FOREIGN_LINES.find(([pattern]) => pattern.test(line));
    if (found !== undefined) {
      const [, what, hint] = found;
      const shown = line.length > 40 ? `${line.slice(0, 39)}…` : line;
      return { offset, message: `\`${shown}\` is ${what}, and the page shows it as text.`, hint };
    }
  }
  return undefined;
}

/**
 * Recognises a paragraph that is a table or line block of Pandoc (https://pandoc.org/MANUAL.html#tables), or a table
 * without its row of dashes. Undefined for other paragraphs.
 */
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
 * Recognises a simple or multiline table of Pandoc by its row of dashes with gaps. Markdown turns such a row into a
 * horizontal line or makes the text above it a heading.
 * @param lines lines of the whole file
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

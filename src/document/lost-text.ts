import type { Token } from "markdown-it";
import { UserError } from "../errors.ts";
import { NOTE_DEFINITIONS, type NoteDefinition } from "./block-rules.ts";
import { countLines } from "./cells.ts";
import { namesCell } from "./fence-info.ts";

/**
 * Finds prose that Markdown drops or shows as code: warnings, each at its line.
 * - `stray-markup`: a fence without an end, a cell within a code block, a footnote without its text.
 * - `lost-text`: a footnote to which nothing refers, and table cells beyond the last column.
 *
 * @param lines lines of the whole file
 * @param env markdown-it's environment of the parse, in which markdown-it-footnote keeps the footnotes
 */
export function findLostText(
  tokens: readonly Token[],
  env: Readonly<Record<string | symbol, unknown>>,
  lines: readonly string[],
  file: string,
): UserError[] {
  return [
    ...tokens.filter(isUnclosedFence).map(({ map, markup }) => {
      const hint = `Close it with a line of ${markup}`;
      const position = { file, line: (map?.[0] ?? 0) + 1 };
      return new UserError("The fence of this code block has no closing line.", {
        code: "stray-markup",
        position,
        hint,
      });
    }),
    ...tokens.flatMap((token) => findSwallowedCells(token, file)),
    ...findLostNotes(env, lines, file),
    ...tokens.flatMap((token) => findMissingNotes(token, lines, file)),
    ...findLostCells(tokens, lines, file),
  ];
}

/**
 * Finds cells inside a code block that lacks its closing line. In a block with a longer fence, cells are meant as text.
 */
function findSwallowedCells({ type, map, info, markup, content }: Token, file: string): readonly UserError[] {
  if (type !== "fence" || map === null || namesCell(info.trim())) return [];
  const index = content.split("\n").findIndex((line) => {
    const text = line.trimStart();
    const fence = /^(?:`{3,}|~{3,})/.exec(text)?.[0] ?? "";
    return fence.startsWith(markup) && namesCell(text.slice(fence.length).trim());
  });
  if (index < 0) return [];
  const message = `A cell begins on this line, but it is in the code block that begins at line ${map[0] + 1}, and does not run.`;
  const hint = `Close that block with a line of ${markup}, or give it a longer fence if it is to show the cell.`;
  return [new UserError(message, { code: "stray-markup", position: { file, line: map[0] + 2 + index }, hint })];
}

/** Finds references to footnotes without a definition, which Markdown leaves as text. */
function findMissingNotes(
  { type, map, children }: Token,
  lines: readonly string[],
  file: string,
): readonly UserError[] {
  if (type !== "inline" || map === null) return [];
  const texts = (children ?? []).filter((child) => child.type === "text").map(({ content }) => content);
  const labels = new Set(
    texts.flatMap((text) => [...text.matchAll(/\[\^([^\]\s^]{1,200})\]/g)].map(([, label = ""]) => label)),
  );
  return [...labels].flatMap((label) => {
    const line = lines
      .slice(...map)
      .findIndex((each) => each.includes(`[^${label}]`) && !each.includes(`\\[^${label}]`));
    if (line < 0) return [];
    const message = `The footnote \`[^${label}]\` is not defined, and the page shows the mark as text.`;
    const hint = `Add a paragraph that begins with [^${label}]: and the footnote's text, or write \\[^${label}] for text.`;
    return [new UserError(message, { code: "stray-markup", position: { file, line: map[0] + 1 + line }, hint })];
  });
}

/** Whether a code block has no closing line, so that it ends with its container or the report. False for cells. */
export function isUnclosedFence({ type, map, info, content }: Token): boolean {
  if (type !== "fence" || map === null || namesCell(info.trim())) return false;
  return map[1] - map[0] !== countLines(content) + 2;
}

function findLostNotes(
  env: Readonly<Record<string | symbol, unknown>>,
  lines: readonly string[],
  file: string,
): readonly UserError[] {
  const { refs } = (env["footnotes"] ?? {}) as { readonly refs?: Readonly<Record<string, number>> };
  const notes = (env[NOTE_DEFINITIONS] ?? []) as readonly NoteDefinition[];
  return notes.flatMap(({ label, textLine }, index) => {
    const mark = `[^${label}]`;
    // The footnote's text may begin on a line below its mark.
    const above = lines.slice(0, textLine).findLastIndex((line) => line.includes(`${mark}:`));
    const position = { file, line: above === -1 ? textLine : above + 1 };
    const again = notes.slice(index + 1).some((note) => note.label === label);
    if (again) {
      const message = `The footnote \`${mark}\` is defined again below, and the page does not show this text.`;
      return [new UserError(message, { code: "lost-text", position, hint: "Give each footnote a name of its own." })];
    }
    // markdown-it-footnote numbers, from 0, each footnote to which something refers.
    if ((refs?.[`:${label}`] ?? -1) >= 0) return [];
    const message = `Nothing refers to the footnote \`${mark}\`, and the page does not show it.`;
    const hint = `Write ${mark} where the footnote belongs, or remove it.`;
    return [new UserError(message, { code: "lost-text", position, hint })];
  });
}

function findLostCells(tokens: readonly Token[], lines: readonly string[], file: string): readonly UserError[] {
  let columns = 0;
  return tokens.flatMap(({ type, map }) => {
    if (type === "table_open") columns = 0;
    if (type === "th_open") columns += 1;
    if (type !== "tr_open" || map === null || columns === 0) return [];
    const lost = rowCells(lines[map[0]] ?? "").slice(columns);
    const texts = lost.map((cell) => cell.trim()).filter((cell) => cell !== "");
    if (texts.length === 0) return [];
    const message = `The table has ${columns} ${columns === 1 ? "column" : "columns"}, and the page does not show ${texts.map((text) => `\`${text}\``).join(", ")} of this row.`;
    const hint = "Add a column to the head of the table, or write \\| for a | that is text.";
    return [new UserError(message, { code: "lost-text", position: { file, line: map[0] + 1 }, hint })];
  });
}

/** Splits a table row into its cells as GitHub's Markdown does: a backslash protects `|`, a code span does not. */
function rowCells(line: string): readonly string[] {
  const row = line
    .replace(/^[\s>]*/, "")
    .trimEnd()
    .replace(/^\|/, "");
  return row.split(/(?<!\\)\|/);
}

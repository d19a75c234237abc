import type { Token } from "markdown-it";
import { UserError } from "../errors.ts";
import { NOTE_DEFINITIONS, type NoteDefinition } from "./block-rules.ts";
import { countLines } from "./cells.ts";
import { namesCell } from "./fence-info.ts";

/**
 * Finds prose that Markdown drops or takes into a code block: warnings at their lines.
 * `stray-markup` for a fence without an end; `lost-text` for footnotes that nothing refers to and for cells beyond the columns of their table.
 *
 * @param lines of the whole file
 * @param env of the parse, in which markdown-it-footnote keeps the notes
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
    ...findLostNotes(env, lines, file),
    ...findLostCells(tokens, lines, file),
  ];
}

/** Whether a code block, which is no cell, ends with its container or the report instead of a closing line. */
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
    // The text may begin below its mark.
    const above = lines.slice(0, textLine).findLastIndex((line) => line.includes(`${mark}:`));
    const position = { file, line: above === -1 ? textLine : above + 1 };
    const again = notes.slice(index + 1).some((note) => note.label === label);
    if (again) {
      const message = `The footnote \`${mark}\` is defined again below, and the page does not show this text.`;
      return [new UserError(message, { code: "lost-text", position, hint: "Give each footnote a name of its own." })];
    }
    // markdown-it-footnote gives a number from 0 to each note that something refers to.
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

/** Cells of a table's row, as GitHub's Markdown splits it: a backslash protects `|`, a code span does not. */
function rowCells(line: string): readonly string[] {
  const row = line
    .replace(/^[\s>]*/, "")
    .trimEnd()
    .replace(/^\|/, "");
  return row.split(/(?<!\\)\|/);
}

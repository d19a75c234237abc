import type { Token } from "markdown-it";
import type { Report } from "../../document/types.ts";
import { nameAnchor } from "../prose/anchors.ts";
import type { RenderInput } from "../renderer.ts";
import { escapeMarkdown } from "./escape.ts";
import { type Edit, lineOffsets } from "./text-edits.ts";

/**
 * The edits that turn the author's prose into Markdown that any reader understands: expressions become their text,
 * references `Figure 1`, heading attributes go. Everything else stays byte for byte.
 */
export function proseEdits(input: RenderInput): readonly Edit[] {
  const { report } = input;
  const offsets = lineOffsets(report.source);
  const edits: Edit[] = [];
  // Tokens come in the order of the text, those of footnotes last: each block sets the place to go on from.
  let cursor = 0;
  const startOf = (line: number): number => offsets[line - 1] ?? report.source.length;

  const visit = (token: Token): void => {
    if (token.type === "code_inline") {
      cursor = skipCode(report.source, cursor, token);
      return;
    }
    if (token.type === "html_inline") {
      const at = report.source.indexOf(token.content, cursor);
      if (at !== -1) cursor = at + token.content.length;
      return;
    }
    if (token.type === "expression" || token.type === "reference") {
      const raw = String(token.meta?.["raw"] ?? "");
      const line = Number(token.meta?.["line"] ?? 1);
      const start = report.source.indexOf(raw, Math.max(cursor, startOf(line)));
      if (start === -1) return;
      cursor = start + raw.length;
      edits.push({ start, end: cursor, text: textOf(token, line, input) });
    }
    if (token.type === "footnote_ref") moveInlineNote(token);
    for (const child of token.children ?? []) visit(child);
  };

  /** `^[a note in place]` is Pandoc's: GitHub knows only notes that stand apart. */
  const moveInlineNote = (token: Token): void => {
    const id = Number(token.meta?.["id"]);
    const note = inlineNote(report.env, id);
    if (note === undefined) return;
    const raw = `^[${note.content}]`;
    const start = report.source.indexOf(raw, cursor);
    if (start === -1) return;
    const line = offsets.findLastIndex((offset) => offset <= start) + 1;
    cursor = start + raw.length;
    const name = `[^in-place-${id + 1}]`;
    const text = replaceInline(note.content, note.tokens, line, input);
    const end = report.source.length;
    edits.push({ start, end: cursor, text: name }, { start: end, end, text: `\n\n${name}: ${text}` });
  };

  for (const [index, token] of report.tokens.entries()) {
    if (token.map !== null) {
      const start = startOf(token.map[0] + 1);
      const end = startOf(token.map[1] + 1);
      if (cursor < start || cursor >= end) cursor = start;
    }
    if (token.type === "inline") visit(token);
    if (token.type === "heading_open" && token.map !== null) {
      const numbered = numberEdit(token, report, startOf(token.map[0] + 1));
      if (numbered !== undefined) edits.push(numbered);
      const edit = headingEdit(token, report, startOf(token.map[0] + 1), report.tokens[index + 1]);
      if (edit !== undefined) edits.push(edit);
    }
    if (token.type === "figure_open" && token.map !== null) {
      const image = report.tokens[index + 1]?.children?.find((child) => child.type === "image");
      edits.push(...figureEdits(token, image, input, [startOf(token.map[0] + 1), startOf(token.map[1] + 1)]));
    }
  }
  return edits;
}

/** The inline note of that number, as markdown-it-footnote stores it; undefined for a note with its text elsewhere. */
function inlineNote(
  env: Record<string, unknown>,
  id: number,
): { content: string; tokens: readonly Token[] } | undefined {
  const { footnotes } = env as { footnotes?: { list?: readonly { content?: string; tokens?: readonly Token[] }[] } };
  const note = footnotes?.list?.[id];
  return note?.content === undefined ? undefined : { content: note.content, tokens: note.tokens ?? [] };
}

/**
 * Replaces expressions and references in Markdown of the author outside the body, such as a caption.
 *
 * @param tokens tokens of `source`
 * @param line line of `source` in the report, for errors
 */
export function replaceInline(source: string, tokens: readonly Token[], line: number, input: Evaluation): string {
  let result = "";
  let cursor = 0;
  const visit = (token: Token): void => {
    if (token.type === "code_inline") cursor = copyTo(skipCode(source, cursor, token));
    if (token.type === "expression" || token.type === "reference") {
      const raw = String(token.meta?.["raw"] ?? "");
      const start = source.indexOf(raw, cursor);
      if (start === -1) return;
      copyTo(start);
      result += textOf(token, line, input);
      cursor = start + raw.length;
    }
    for (const child of token.children ?? []) visit(child);
  };
  const copyTo = (end: number): number => {
    result += source.slice(cursor, end);
    return end;
  };
  for (const token of tokens) visit(token);
  copyTo(source.length);
  return result;
}

/** The fields that evaluate expressions and references. */
type Evaluation = Pick<RenderInput, "report" | "evaluate">;

function textOf(token: Token, line: number, input: Evaluation): string {
  if (token.type === "expression") {
    return escapeMarkdown(input.evaluate(token.content, { file: input.report.file, line }).text);
  }
  const anchor = input.report.anchors.get(token.content);
  return anchor === undefined ? String(token.meta?.["raw"] ?? "") : nameAnchor(anchor);
}

/** End of a code span. The closing run of backticks is as long as the opening one, so a shorter run inside is not the end. */
function skipCode(source: string, cursor: number, token: Token): number {
  const run = new RegExp(`(?<![\`\\\\])${token.markup}(?!\`)`, "g");
  run.lastIndex = cursor;
  const open = run.exec(source);
  if (open === null) return cursor;
  const close = new RegExp(`(?<!\`)${token.markup}(?!\`)`, "g");
  close.lastIndex = open.index + token.markup.length;
  const found = close.exec(source);
  return found === null ? cursor : found.index + token.markup.length;
}

/** Inserts the number of a section before its title. */
function numberEdit(token: Token, report: Report, start: number): Edit | undefined {
  const number: unknown = token.meta?.["number"];
  const mark = /^(?:[ \t]*)#{1,6}[ \t]+/.exec(report.source.slice(start, start + 200));
  if (typeof number !== "string" || mark === null) return undefined;
  const at = start + mark[0].length;
  return { start: at, end: at, text: `${number} ` };
}

/** Removes ` {#sec-x .unnumbered}` at the end of a heading. */
function headingEdit(token: Token, report: Report, start: number, inline: Token | undefined): Edit | undefined {
  if (token.meta === null || inline === undefined) return undefined;
  const lines = report.source.slice(start).split("\n", (inline.map?.[1] ?? 1) - (inline.map?.[0] ?? 0));
  const text = lines.join("\n");
  const match = /[ \t]*\{(?:[#.][^{}\n]*|-)\}(?=[ \t]*(?:#+[ \t]*)?(?:\n|$))/.exec(text);
  return match === null
    ? undefined
    : { start: start + match.index, end: start + match.index + match[0].length, text: "" };
}

/** Replaces `{#fig-x}` after an image by number and caption, because readers of Markdown do not show the alt text. */
function figureEdits(
  token: Token,
  image: Token | undefined,
  input: Evaluation,
  [start, end]: readonly [number, number],
): readonly Edit[] {
  const { report } = input;
  const label = String(token.meta?.["figure"] ?? "");
  const at = report.source.slice(start, end).lastIndexOf(`{#${label}}`);
  const anchor = report.anchors.get(label);
  if (at === -1) return [];
  const caption =
    image === undefined ? "" : replaceInline(image.content, image.children ?? [], (token.map?.[0] ?? 0) + 1, input);
  const name = anchor === undefined ? "" : `\\\n**${nameAnchor(anchor)}.**${caption === "" ? "" : ` ${caption}`}`;
  return [{ start: start + at, end: start + at + label.length + 3, text: name }];
}

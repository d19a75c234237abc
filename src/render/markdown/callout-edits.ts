import type { Token } from "markdown-it";
import type { RenderInput } from "../renderer.ts";
import { replaceInline } from "./inline-text.ts";
import { type Edit, lineOffsets } from "./text-edits.ts";

/** Quotation marks to insert into a line that stands in one or more callout divs, which become GitHub alerts. */
export interface AlertPrefix {
  /** Column at which the marks are inserted: after the marks of quotes and lists around the div. */
  readonly column: number;
  /** Text before that column: quotation marks, and blanks in place of list markers. */
  readonly outer: string;
  /** The marks to insert: `> ` once for each div. */
  readonly marks: string;
}

/** Prefix for each line of a callout div, by line number from 0. */
export function alertPrefixes({ tokens, source }: RenderInput["report"]): ReadonlyMap<number, AlertPrefix> {
  const lines = source.split("\n");
  const prefixes = new Map<number, AlertPrefix>();
  for (const token of tokens) {
    if (!isDiv(token) || token.type !== "callout_open" || token.map === null) continue;
    const [first, end] = token.map;
    for (let line = first; line < end; line += 1) {
      const outer = prefixes.get(line);
      prefixes.set(line, { ...(outer ?? placeOf(lines[first] ?? "")), marks: `${outer?.marks ?? ""}> ` });
    }
  }
  return prefixes;
}

/** Column at which a div begins, and the text before it. */
function placeOf(line: string): AlertPrefix {
  const column = Math.max(0, line.indexOf(":::"));
  return { column, outer: line.slice(0, column).replace(/[^>\s]/g, " "), marks: "" };
}

function isDiv(token: Token): boolean {
  return typeof token.meta?.["source"] === "string" && /^(?:callout|div)_open$/.test(token.type);
}

/**
 * Edits that turn callouts into GitHub alerts, and remove the opening and closing lines of other divs. A title becomes
 * a first line in bold, because alerts have no titles.
 *
 * @param replaced lines whose other edits contain the prefix already
 */
export function calloutEdits(input: RenderInput, replaced: ReadonlySet<number>): readonly Edit[] {
  const { tokens, source } = input.report;
  const offsets = lineOffsets(source);
  const lines = source.split("\n");
  const prefixes = alertPrefixes(input.report);
  const edits: Edit[] = [];
  const done = new Set(replaced);
  const replaceLine = (line: number, texts: readonly string[], { column, outer, marks }: AlertPrefix): void => {
    const start = offsets[line] ?? source.length;
    const text = texts.map((each, index) => `${index === 0 ? "" : outer}${marks}${each}`.trimEnd()).join("\n");
    // A line without text also loses its blanks.
    const from = text === "" && outer.trim() === "" ? start : start + column;
    edits.push({ start: from, end: start + (lines[line] ?? "").length, text });
    done.add(line);
  };
  for (const [index, token] of tokens.entries()) {
    if (token.type === "stray_div" && token.map !== null) {
      replaceLine(token.map[0], [""], placeOf(lines[token.map[0]] ?? ""));
    } else if (token.type === "callout_open" && !isDiv(token)) {
      edits.push(...alertTitleEdits(token, tokens[index + 2], input, offsets));
    } else if (isDiv(token) && token.map !== null) {
      const [first, end] = token.map;
      const prefix = prefixes.get(first) ?? placeOf(lines[first] ?? "");
      const outer = { ...prefix, marks: token.type === "callout_open" ? prefix.marks.slice(2) : prefix.marks };
      const title = token.meta?.["titled"] === true ? titleOf(tokens[index + 2], first + 1, input) : undefined;
      const kind = `[!${String(token.meta?.["kind"]).toUpperCase()}]`;
      replaceLine(first, token.type === "div_open" ? [""] : title === undefined ? [kind] : [kind, title, ""], prefix);
      const heading = token.meta?.["headingLine"];
      if (typeof heading === "number") replaceLine(heading, [""], prefix);
      if (token.meta?.["unclosed"] !== true) replaceLine(end - 1, [""], outer);
    }
  }
  for (const [line, { column, marks, outer }] of prefixes) {
    const text = lines[line] ?? "";
    if (done.has(line)) continue;
    const indent = /^[\s>]*/.exec(text.slice(0, column))?.[0].length ?? 0;
    const start = offsets[line] ?? source.length;
    // If the line is indented less than the div, the marks must not be inserted into its text.
    if (indent < Math.min(column, text.length)) {
      edits.push({ start: start + indent, end: start + indent, text: marks });
      continue;
    }
    const at = start + Math.min(column, text.length);
    // A blank line may be shorter than the marks of quotes and lists around the div.
    const missing = text.length < column ? outer.slice(text.length) : "";
    edits.push({ start: at, end: at, text: text.length <= column ? `${missing}${marks}`.trimEnd() : marks });
  }
  return edits;
}

function titleOf(inline: Token | undefined, line: number, input: RenderInput): string {
  return `**${replaceInline(inline?.content ?? "", inline?.children ?? [], line, input)}**`;
}

/** Moves the title of `> [!NOTE] Title` to its own line. */
function alertTitleEdits(
  token: Token,
  inline: Token | undefined,
  input: RenderInput,
  offsets: readonly number[],
): readonly Edit[] {
  const isTitled = token.meta?.["titled"] === true;
  if (token.map === null || (!isTitled && token.meta?.["collapse"] === undefined)) return [];
  const start = offsets[token.map[0]] ?? 0;
  const line = input.report.source.slice(start).split("\n", 1)[0] ?? "";
  const mark = /^(.*?)\[!\w+\]/.exec(line);
  if (mark === null) return [];
  // Removes the sign after the mark, because GitHub accepts nothing there.
  if (!isTitled) return [{ start: start + mark[0].length, end: start + line.length, text: "" }];
  const next = (mark[1] ?? "").replace(/[^>\s]/g, " ");
  const text = `\n${next}${titleOf(inline, token.map[0] + 1, input)}\n${next.trimEnd()}`;
  return [{ start: start + mark[0].length, end: start + line.length, text }];
}

import type { MarkdownIt, StateCore } from "markdown-it";
import { findTrailingAttributes } from "./attributes.ts";
import { namesCell } from "./fence-info.ts";
import { LABEL_PATTERN } from "./label.ts";

/**
 * Adds the block rules of reports:
 *
 * - **Heading attributes** `## Title {#sec-id .unnumbered}`: removed from the text; `id` and `class` become attributes of
 *   `heading_open`, whose `meta` is `{ explicitId?, unnumbered?, badAttributes? }`.
 * - **Cells in footnotes**: their lines go into the environment, under `FOOTNOTE_CELL_LINES`; definitions of footnotes under `NOTE_DEFINITIONS`.
 */
export function addBlockRules(markdown: MarkdownIt): void {
  // Before inline parsing, which would read an attribute as text, emphasis or an expression.
  markdown.core.ruler.before("inline", "footnote_lines", readFootnotes);
  markdown.core.ruler.before("inline", "heading_attributes", readHeadingAttributes);
}

function readHeadingAttributes(state: StateCore): void {
  for (const [index, heading] of state.tokens.entries()) {
    if (heading.type !== "heading_open") continue;
    const inline = state.tokens[index + 1];
    if (inline?.type !== "inline") continue;
    const trailing = findTrailingAttributes(inline.content);
    if (
      trailing === undefined ||
      (trailing.before !== "" && !/[ \t]$/.test(inline.content.slice(0, -trailing.source.length)))
    )
      continue;
    const { before, source, attributes } = trailing;
    if (attributes === undefined || attributes.values.size > 0) {
      // A usable id is kept, so that references to it are not reported as well.
      const usable = source.split(/[\s{}]+/).find((word) => word.startsWith("#") && LABEL_PATTERN.test(word.slice(1)));
      heading.meta = { badAttributes: source, explicitId: usable?.slice(1) };
      continue;
    }
    const { id, classes } = attributes;
    inline.content = before;
    if (id !== undefined) heading.attrSet("id", id);
    const shown = classes.filter((name) => source.includes(`.${name}`));
    if (shown.length > 0) heading.attrSet("class", shown.join(" "));
    heading.meta = { explicitId: id, unnumbered: classes.includes("unnumbered") };
    if (classes.includes("appendix")) heading.meta["appendix"] = true;
  }
}

/** Key in the markdown-it environment: lines (from 1) of cells inside footnotes, which are moved to the end or dropped. */
export const FOOTNOTE_CELL_LINES = Symbol("lines of cells in footnotes");

/** Key in the markdown-it environment: `NoteDefinition[]`, in the order of the report. */
export const NOTE_DEFINITIONS = Symbol("definitions of footnotes");

/** A footnote with its text elsewhere (`[^label]: text`). `textLine`: line, from 1, of its first block. */
export interface NoteDefinition {
  readonly label: string;
  readonly textLine: number;
}

function readFootnotes(state: StateCore): void {
  const lines: number[] = [];
  const notes: NoteDefinition[] = [];
  let depth = 0;
  for (const [index, token] of state.tokens.entries()) {
    if (token.type === "footnote_reference_open") {
      depth += 1;
      // A footnote without text has no block with a line.
      const first = state.tokens[index + 1]?.map?.[0];
      if (first !== undefined) notes.push({ label: String(token.meta?.["label"]), textLine: first + 1 });
    } else if (token.type === "footnote_reference_close") depth -= 1;
    else if (depth > 0 && token.type === "fence" && namesCell(token.info.trim())) lines.push((token.map?.[0] ?? 0) + 1);
  }
  if (lines.length > 0) state.env[FOOTNOTE_CELL_LINES] = lines;
  if (notes.length > 0) state.env[NOTE_DEFINITIONS] = notes;
}

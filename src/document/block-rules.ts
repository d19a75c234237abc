import type { MarkdownIt, StateCore } from "markdown-it";
import { findTrailingAttributes } from "./attributes.ts";
import { namesCell } from "./fence-info.ts";
import { LABEL_PATTERN } from "./label.ts";

/**
 * Adds two rules for blocks to markdown-it:
 *
 * - **Heading attributes** `## Title {#sec-id .unnumbered}`: removed from the heading's text; `id` and `class` become
 *   attributes of `heading_open`, whose `meta` is `{ explicitId?, unnumbered?, badAttributes? }`.
 * - **Footnotes**: the environment gets the lines of cells in footnotes under `FOOTNOTE_CELL_LINES`, and the
 *   definitions of footnotes under `NOTE_DEFINITIONS`.
 */
export function addBlockRules(markdown: MarkdownIt): void {
  // Runs before inline parsing, which would read attributes as text, emphasis or an expression.
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
      // A valid id among wrong attributes is kept, so that references to it are not reported too.
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

/**
 * Key in markdown-it's environment: line numbers (from 1) of cells in footnotes. Markdown moves footnotes to the end,
 * or drops them.
 */
export const FOOTNOTE_CELL_LINES = Symbol("lines of cells in footnotes");

/** Key in markdown-it's environment: definitions of footnotes (`NoteDefinition[]`), in the order of the report. */
export const NOTE_DEFINITIONS = Symbol("definitions of footnotes");

/**
 * A footnote whose text stands apart from its mark (`[^label]: text`). `textLine`: line, from 1, of the text's first
 * block.
 */
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

import type { MarkdownIt, StateCore, Token } from "markdown-it";
import { namesCell } from "./fence-info.ts";
import { LABEL_PATTERN } from "./label.ts";

/** GitHub's alerts: https://docs.github.com/get-started/writing-on-github (Alerts). */
const CALLOUT = /^\[!(note|tip|important|warning|caution)\][ \t]*(?:\n|$)/i;

/**
 * Adds the block rules of reports:
 *
 * - **Heading attributes** `## Title {#sec-id .unnumbered}`: removed from the text; `id` and `class` become attributes of
 *   `heading_open`, whose `meta` is `{ explicitId?, unnumbered?, badAttributes? }`.
 * - **Figures** `![caption](image.png){#fig-id}` alone in a paragraph: `figure_open` (tag `figure`, attribute `id`, `meta`
 *   `{ figure: label }`), an `inline` whose one child is the `image` (its `children` are the caption), `figure_close`.
 * - **Callouts** `> [!NOTE]`: `callout_open` (`meta` `{ kind: "note" }`), the rest of the quote, `callout_close`.
 */
export function addBlockRules(markdown: MarkdownIt): void {
  // Before inline parsing, which would read an attribute as text, emphasis or an expression.
  markdown.core.ruler.before("inline", "footnote_cells", findCellsInFootnotes);
  markdown.core.ruler.before("inline", "heading_attributes", readHeadingAttributes);
  markdown.core.ruler.before("inline", "callouts", turnQuotesIntoCallouts);
  markdown.core.ruler.before("inline", "figure_attributes", markFigures);
  markdown.core.ruler.after("inline", "figures", confirmFigures);
}

function readHeadingAttributes(state: StateCore): void {
  for (const [index, heading] of state.tokens.entries()) {
    if (heading.type !== "heading_open") continue;
    const inline = state.tokens[index + 1];
    if (inline?.type !== "inline") continue;
    const match = /^([\s\S]*?)(?:^|[ \t])\{([#.][^{}]*|-)\}$/.exec(tail(inline.content));
    if (match === null) continue;
    const words = (match[2] ?? "").split(/\s+/).filter((word) => word !== "");
    const ids = words.filter((word) => word.startsWith("#")).map((word) => word.slice(1));
    const classes = words.filter((word) => word.startsWith(".")).map((word) => word.slice(1));
    const isWellFormed =
      ids.length <= 1 &&
      ids.length + classes.length === words.filter((word) => word !== "-").length &&
      [...ids, ...classes].every((name) => LABEL_PATTERN.test(name));
    if (!isWellFormed) {
      // A usable id is kept, so that references to it are not reported as well.
      const usable = ids.find((id) => LABEL_PATTERN.test(id));
      heading.meta = { badAttributes: `{${match[2] ?? ""}}`, explicitId: usable };
      continue;
    }
    const braces = inline.content.lastIndexOf("{");
    inline.content = inline.content.slice(0, braces).trimEnd();
    const [id] = ids;
    if (id !== undefined) heading.attrSet("id", id);
    if (classes.length > 0) heading.attrSet("class", classes.join(" "));
    heading.meta = { explicitId: id, unnumbered: classes.includes("unnumbered") || words.includes("-") };
  }
}

/** The last 300 characters of a heading, where attributes stand. The pattern would be slow over a megabyte. */
function tail(content: string): string {
  return content.slice(-300);
}

function turnQuotesIntoCallouts(state: StateCore): void {
  const kinds: (string | undefined)[] = [];
  const emptied = new Set<Token>();
  for (const [index, token] of state.tokens.entries()) {
    if (token.type === "blockquote_open") {
      const [paragraph, inline, close] = state.tokens.slice(index + 1, index + 4);
      const marker = paragraph?.type === "paragraph_open" ? CALLOUT.exec(inline?.content ?? "") : null;
      const kind = marker?.[1]?.toLowerCase();
      kinds.push(kind);
      if (kind === undefined || marker === null || !paragraph || !inline || !close) continue;
      token.type = "callout_open";
      token.tag = "div";
      token.attrSet("class", `callout callout-${kind}`);
      token.meta = { kind };
      inline.content = inline.content.slice(marker[0].length).trimStart();
      for (const moved of [paragraph, inline]) if (moved.map !== null) moved.map = [moved.map[0] + 1, moved.map[1]];
      if (inline.content === "") for (const part of [paragraph, inline, close]) emptied.add(part);
    } else if (token.type === "blockquote_close") {
      const kind = kinds.pop();
      if (kind === undefined) continue;
      token.type = "callout_close";
      token.tag = "div";
      token.meta = { kind };
    }
  }
  if (emptied.size > 0) state.tokens = state.tokens.filter((token) => !emptied.has(token));
}

function markFigures(state: StateCore): void {
  for (const [index, inline] of state.tokens.entries()) {
    const paragraph = state.tokens[index - 1];
    if (inline.type !== "inline" || paragraph?.type !== "paragraph_open" || !inline.content.startsWith("![")) continue;
    const braces = inline.content.lastIndexOf("{#");
    const label = inline.content.slice(braces + 2, -1);
    if (braces === -1 || !inline.content.endsWith("}") || !/[)\]]/.test(inline.content.charAt(braces - 1))) continue;
    if (!label.startsWith("fig-") || !LABEL_PATTERN.test(label)) continue;
    inline.content = inline.content.slice(0, braces);
    paragraph.meta = { figure: label };
  }
}

function confirmFigures(state: StateCore): void {
  for (const [index, inline] of state.tokens.entries()) {
    const open = state.tokens[index - 1];
    const close = state.tokens[index + 1];
    const label = open?.type === "paragraph_open" ? open.meta?.["figure"] : undefined;
    if (open === undefined || close === undefined || typeof label !== "string") continue;
    const children = inline.children ?? [];
    if (children.length === 1 && children[0]?.type === "image") {
      [open.type, open.tag, close.type, close.tag] = ["figure_open", "figure", "figure_close", "figure"];
      // In a tight list a paragraph is hidden; a figure never is.
      [open.hidden, close.hidden] = [false, false];
      open.attrSet("id", label);
      continue;
    }
    // The paragraph holds more than an image, so it is not a figure, and its attribute is text.
    open.meta = null;
    const text = new state.Token("text", "", 0);
    text.content = `{#${label}}`;
    inline.content += text.content;
    children.push(text);
  }
}

/** Key in the markdown-it environment: lines (from 1) of cells inside footnotes, which are moved to the end or dropped. */
export const FOOTNOTE_CELL_LINES = Symbol("lines of cells in footnotes");

function findCellsInFootnotes(state: StateCore): void {
  const lines: number[] = [];
  let depth = 0;
  for (const token of state.tokens) {
    if (token.type === "footnote_reference_open") depth += 1;
    else if (token.type === "footnote_reference_close") depth -= 1;
    else if (depth > 0 && token.type === "fence" && namesCell(token.info.trim())) lines.push((token.map?.[0] ?? 0) + 1);
  }
  if (lines.length > 0) state.env[FOOTNOTE_CELL_LINES] = lines;
}

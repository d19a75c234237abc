import type { MarkdownIt, StateBlock, StateCore, Token } from "markdown-it";
import { type Attributes, findTrailingAttributes, parseAttributes } from "./attributes.ts";

/** `meta` of `float_open`. */
export interface FloatMeta {
  readonly kind: "tbl" | "lst";
  /** Label of the listing or table; undefined for a table that has only a caption, and therefore no number. */
  readonly label: string | undefined;
  /** For a table: first line of its caption and one past the last, from 0. Undefined for a listing. */
  readonly captionLines: readonly [number, number] | undefined;
  /** Whether the caption directly follows the table, without a blank line between them. */
  readonly adjoins: boolean;
}

/**
 * Adds figures, captioned tables and listings to markdown-it, in the syntax of Pandoc and Quarto:
 *
 * - **Attributes of images** `![caption](image.png){#fig-id width=50%}`: they become `meta.attributes` of the `image`
 *   (`Attributes`); attributes with wrong syntax stay text.
 * - **Figures**: an image with a label, alone in its paragraph. Tokens: `figure_open` (tag `figure`, attribute `id`,
 *   `meta` `{ figure: label }`), an `inline` whose only child is the `image` (its `children` are the caption),
 *   `figure_close`.
 * - **Captioned tables**: a paragraph `: Caption {#tbl-id}` below or above a table. **Listings**: a fence with
 *   attributes, ```` ```{#lst-id .js lst-cap="…"} ````. Tokens: `float_open` (`meta` `FloatMeta`), `inline` (the
 *   caption), `float_caption_close`, the table or fence, `float_close`. The fence gets its language as `info`, and its
 *   opening line as `meta` `{ attributes: source }`.
 */
export function addFloatRules(markdown: MarkdownIt): void {
  markdown.block.ruler.before("deflist", "table_caption", readCaptionParagraph);
  markdown.core.ruler.before("inline", "captioned_tables", captionTables);
  markdown.core.ruler.before("inline", "listings", readListings);
  markdown.core.ruler.after("inline", "figures", confirmFigures);
  markdown.inline.ruler.before("link", "image_attributes", (state, silent) => {
    const image = state.tokens.at(-1);
    if (silent || image?.type !== "image" || state.pending !== "" || state.src.charAt(state.pos) !== "{") return false;
    const source = /^\{[ \t]*[#.A-Za-z](?:[^{}"]|"[^"]*")*\}/.exec(
      state.src.slice(state.pos, Math.min(state.posMax, state.pos + 600)),
    )?.[0];
    const attributes = source === undefined ? undefined : parseAttributes(source.slice(1, -1));
    if (source === undefined || attributes === undefined || image.meta?.["attributes"] !== undefined) return false;
    image.meta = { ...image.meta, attributes, attributesSource: source };
    state.pos += source.length;
    return true;
  });
}

/**
 * Parses a paragraph that begins with `: ` and has no term before it. Without this rule it would become the term of the
 * next definition.
 */
function readCaptionParagraph(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  const start = (state.bMarks[startLine] ?? 0) + (state.tShift[startLine] ?? 0);
  if (silent || !/^:[ \t]+\S/.test(state.src.slice(start, state.eMarks[startLine]))) return false;
  let line = startLine + 1;
  while (line < endLine && !state.isEmpty(line) && (state.sCount[line] ?? 0) >= state.blkIndent) line += 1;
  const open = state.push("paragraph_open", "p", 1);
  open.map = [startLine, line];
  const inline = state.push("inline", "", 0);
  inline.content = state.getLines(startLine, line, state.blkIndent, false).trim();
  inline.map = [startLine, line];
  inline.children = [];
  state.push("paragraph_close", "p", -1);
  state.line = line;
  return true;
}

/**
 * Finds the caption of each table: the paragraph after the table, or the table's last row if no blank line separates
 * them; else the paragraph before the table.
 */
function captionTables(state: StateCore): void {
  const { tokens } = state;
  for (let close = 0; close < tokens.length; close += 1) {
    if (tokens[close]?.type !== "table_close") continue;
    const level = tokens[close]?.level;
    const open = tokens.findLastIndex(
      (token, index) => index < close && token.type === "table_open" && token.level === level,
    );
    const after = captionAt(tokens, close + 1);
    if (after !== undefined) {
      tokens.splice(close + 1, 3, floatClose(state));
      tokens.splice(open, 0, ...floatOpen(state, { ...after, adjoins: false }));
      close += 3;
      continue;
    }
    const row = captionRow(tokens, open, close);
    if (row !== undefined) {
      tokens.splice(close + 1, 0, floatClose(state));
      tokens.splice(row.start, row.count);
      tokens.splice(open, 0, ...floatOpen(state, { ...row.caption, adjoins: true }));
      close += 4 - row.count;
      continue;
    }
    const before = captionAt(tokens, open - 3);
    if (before === undefined || tokens[open - 3]?.level !== level) continue;
    tokens.splice(close + 1, 0, floatClose(state));
    tokens.splice(open - 3, 3, ...floatOpen(state, { ...before, adjoins: false }));
    close += 1;
  }
}

interface Caption {
  readonly text: string;
  readonly label: string | undefined;
  readonly lines: readonly [number, number];
}

const CAPTION = /^(?::|Table:)[ \t]([\s\S]*)$/;

/** The caption in the paragraph that begins at a token's index; undefined if the paragraph is not a caption. */
function captionAt(tokens: readonly Token[], index: number): Caption | undefined {
  const [open, inline] = [tokens[index], tokens[index + 1]];
  if (open?.type !== "paragraph_open" || inline?.type !== "inline" || inline.map === null) return undefined;
  return readCaption(inline.content, inline.map);
}

function readCaption(content: string, lines: readonly [number, number]): Caption | undefined {
  const text = CAPTION.exec(content)?.[1]?.trim();
  if (text === undefined) return undefined;
  const trailing = findTrailingAttributes(text);
  const { attributes } = trailing ?? {};
  const isLabel = attributes?.id?.startsWith("tbl-") === true && attributes.classes.length === 0;
  // Attributes without a valid label stay in the text, where they are reported.
  if (trailing !== undefined && !isLabel) return { text, label: undefined, lines };
  return { text: trailing?.before ?? text, label: attributes?.id, lines };
}

/**
 * Finds a caption in the last row of a table. GitHub's tables end only at a blank line, so a caption without one
 * becomes a row; Pandoc's end at a line without `|`.
 */
function captionRow(tokens: readonly Token[], open: number, close: number) {
  const end = tokens.findLastIndex((token, index) => index < close && token.type === "tr_close");
  const start = tokens.findLastIndex((token, index) => index < end && token.type === "tr_open");
  const map = tokens[start]?.map;
  if (start <= open || map === null || map === undefined || tokens[start - 1]?.type === "thead_open") return undefined;
  const cells = tokens.slice(start, end).filter(({ type }) => type === "inline");
  const [first, ...rest] = cells;
  if (first === undefined || rest.some(({ content }) => content !== "")) return undefined;
  const caption = readCaption(first.content, [map[0], map[1]]);
  return caption === undefined ? undefined : { start, count: end - start + 1, caption };
}

function floatOpen(
  state: StateCore,
  { text, label, lines, adjoins }: Caption & { readonly adjoins: boolean },
): Token[] {
  const meta: FloatMeta = { kind: "tbl", label, captionLines: lines, adjoins };
  return openFloat(state, meta, text, lines);
}

function openFloat(state: StateCore, meta: FloatMeta, caption: string, lines: readonly [number, number]): Token[] {
  const open = new state.Token("float_open", "figure", 1);
  open.meta = { ...meta };
  open.map = [...lines];
  const inline = new state.Token("inline", "", 0);
  inline.content = caption;
  inline.map = [...lines];
  inline.children = [];
  return [open, inline, new state.Token("float_caption_close", "", 0)];
}

function floatClose(state: StateCore): Token {
  return new state.Token("float_close", "figure", -1);
}

/** The attributes of a fence that stand alone (`{#lst-x .js}`) or after the language (`js {#lst-x}`). */
function fenceAttributes(
  info: string,
): { readonly language: string; readonly attributes: Attributes | undefined } | undefined {
  const match = /^([\w+#-]*)[ \t]*\{([#.][\s\S]*)\}$/.exec(info.trim());
  if (match === null) return undefined;
  const attributes = parseAttributes(match[2] ?? "");
  return { language: match[1] || (attributes?.classes[0] ?? ""), attributes };
}

function readListings(state: StateCore): void {
  const { tokens } = state;
  for (let index = 0; index < tokens.length; index += 1) {
    const fence = tokens[index];
    if (fence?.type !== "fence" || fence.map === null) continue;
    const read = fenceAttributes(fence.info);
    if (read === undefined) continue;
    const { language, attributes } = read;
    const source = fence.info.trim();
    const label = attributes?.id?.startsWith("lst-") === true ? attributes.id : undefined;
    const unknown = [...(attributes?.values.keys() ?? [])].some((key) => key !== "lst-cap" && key !== "startFrom");
    const isUnderstood = attributes !== undefined && !unknown && (attributes.id === undefined || label !== undefined);
    fence.info = language;
    fence.meta = { attributes: source, ...(isUnderstood ? {} : { badAttributes: source }) };
    const caption = attributes?.values.get("lst-cap");
    if (label === undefined && caption === undefined) continue;
    const meta: FloatMeta = { kind: "lst", label, captionLines: undefined, adjoins: false };
    const line: [number, number] = [fence.map[0], fence.map[0] + 1];
    tokens.splice(index + 1, 0, floatClose(state));
    tokens.splice(index, 0, ...openFloat(state, meta, caption ?? "", line));
    index += 4;
  }
}

function confirmFigures(state: StateCore): void {
  for (const [index, inline] of state.tokens.entries()) {
    if (inline.type !== "inline" || inline.children === null) continue;
    const [open, close] = [state.tokens[index - 1], state.tokens[index + 1]];
    const [image] = inline.children;
    const label = labelOf(image);
    if (
      open?.type === "paragraph_open" &&
      close !== undefined &&
      inline.children.length === 1 &&
      label?.startsWith("fig-")
    ) {
      [open.type, open.tag, close.type, close.tag] = ["figure_open", "figure", "figure_close", "figure"];
      // In a tight list markdown-it hides paragraphs, but a figure must never be hidden.
      [open.hidden, close.hidden] = [false, false];
      open.attrSet("id", label);
      open.meta = { figure: label };
      continue;
    }
    // A label on an image that is not alone in its paragraph has no effect, so it stays text.
    inline.children = inline.children.flatMap((child) => {
      if (labelOf(child) === undefined) return [child];
      const stray = new state.Token("stray", "", 0);
      stray.content = String(child.meta?.["attributesSource"]);
      stray.meta = { raw: stray.content, line: (inline.map?.[0] ?? 0) + 1, hint: "figure" };
      child.meta = { ...child.meta, attributes: undefined };
      return [child, stray];
    });
  }
}

function labelOf(image: Token | undefined): string | undefined {
  return image?.type === "image" ? (image.meta?.["attributes"] as Attributes | undefined)?.id : undefined;
}

import type { Token } from "markdown-it";
import type { Report } from "../../document/types.ts";
import { nameAnchor } from "../prose/anchors.ts";
import { type RawHtml, readRawHtml } from "../prose/raw-html.ts";
import type { RenderInput } from "../renderer.ts";
import { definitionEdits, listingEdits, sizedImage, tableCaptionEdits } from "./block-edits.ts";
import type { AlertPrefix } from "./callout-edits.ts";
import { type Evaluation, isValue, replaceInline, skipCode, textOf } from "./inline-text.ts";
import { type Edit, lineOffsets } from "./text-edits.ts";

/**
 * Edits that turn the author's prose into plain Markdown. Expressions become their text, references become `Figure 1`,
 * headings lose their attributes and get numbers, inline notes become footnotes, captions and definition lists get a
 * form that GitHub can show. Everything else stays byte for byte.
 *
 * @param prefixes quotation marks of lines in callouts, for edits of whole lines
 */
export function proseEdits(input: RenderInput, prefixes: ReadonlyMap<number, AlertPrefix>): readonly Edit[] {
  const { tokens, source } = input.report;
  const offsets = lineOffsets(source);
  const startOf = (line: number): number => offsets[line] ?? source.length;
  const raw = readRawHtml(tokens);
  const inline = new InlineEdits(input, offsets, raw);
  const edits: Edit[] = [];
  for (const [index, token] of tokens.entries()) {
    const range = token.map === null ? undefined : ([startOf(token.map[0]), startOf(token.map[1])] as const);
    if (range !== undefined) inline.enterBlock(range);
    if (token.type === "inline") inline.visit(token);
    if (token.type === "html_block" && range !== undefined)
      edits.push(...htmlEdits(token, raw.shown, source, range[0]));
    if (range === undefined) continue;
    if (token.type === "heading_open") edits.push(...headingEdits(token, tokens[index + 1], input.report, range[0]));
    if (token.type === "math_block") edits.push(...equationEdits(token, input.report, range));
    if (token.type === "figure_open") {
      const image = tokens[index + 1]?.children?.find((child) => child.type === "image");
      if (image !== undefined) edits.push(...figureEdits(token, image, input, range));
    }
    if (token.type === "float_open" && token.meta?.["kind"] === "tbl")
      edits.push(...tableCaptionEdits(token, input, ...range));
    if (token.type === "fence" && typeof token.meta?.["attributes"] === "string") {
      const open = tokens[index - 3];
      const float = open?.type === "float_open" ? { open, caption: tokens[index - 2] } : undefined;
      edits.push(...listingEdits(token, float, prefixes.get(token.map?.[0] ?? -1), input, range[0]));
    }
    if (token.type === "dt_open" || token.type === "dd_open") {
      edits.push(...definitionEdits(token, tokens[index + 1], source, range));
    }
  }
  return [...inline.edits, ...edits];
}

/**
 * Collects the edits inside blocks: of expressions, references, notes, link addresses, images and HTML. Inline tokens
 * have no offsets, so each is searched for in the source, from the end of the previous token.
 */
class InlineEdits {
  readonly edits: Edit[] = [];
  readonly #input: RenderInput;
  readonly #raw: RawHtml;
  /** Offset at which each line begins, by line number from 0. */
  readonly #offsets: readonly number[];
  /** Addresses of the links that are open at the current token. */
  readonly #links: string[] = [];
  /** Offset at which the search for the next token starts. */
  #cursor = 0;

  constructor(input: RenderInput, offsets: readonly number[], raw: RawHtml) {
    this.#input = input;
    this.#raw = raw;
    this.#offsets = offsets;
  }

  /**
   * Moves the cursor to the start of a block, unless it is already inside. May move back, because tokens of footnotes
   * come last.
   */
  enterBlock([start, end]: readonly [number, number]): void {
    if (this.#cursor < start || this.#cursor >= end) this.#cursor = start;
  }

  /** Collects the edits for a token and its children. */
  visit(token: Token): void {
    const { source } = this.#input.report;
    if (token.type === "code_inline") {
      this.#cursor = skipCode(source, this.#cursor, token);
      return;
    }
    if (token.type === "html_inline") {
      const at = source.indexOf(token.content, this.#cursor);
      if (at === -1) return;
      this.#cursor = at + token.content.length;
      const shown = this.#raw.shown.get(token) ?? [];
      this.edits.push(...shown.map((offset) => ({ start: at + offset, end: at + offset, text: "\\" })));
      return;
    }
    if (token.type === "text") this.#escapeHtmlStarts(token);
    if (isValue(token)) this.#replaceValue(token);
    if (token.type === "math_inline") this.#skip(String(token.meta?.["raw"]));
    if (token.type === "image") {
      this.#visitImage(token);
      return;
    }
    if (token.type === "footnote_ref") this.#moveInlineNote(token);
    if (token.type === "link_open") this.#links.push(String(token.attrGet("href")));
    if (token.type === "link_close") this.#replaceAddress(this.#links.pop());
    for (const child of token.children ?? []) this.visit(child);
  }

  /** Escapes `<!--` and similar starts in a text: other Markdown readers would hide the rest of the document. */
  #escapeHtmlStarts({ content }: Token): void {
    const { source } = this.#input.report;
    for (const [start] of content.matchAll(/<(?:!--|!\[CDATA\[|![A-Za-z]|\?)/g)) {
      const at = source.indexOf(start, this.#cursor);
      if (at === -1) return;
      this.#cursor = at + start.length;
      if (source[at - 1] !== "\\") this.edits.push({ start: at, end: at, text: "\\" });
    }
  }

  /** Moves the cursor behind a text that is kept, such as a formula, in which braces are not expressions. */
  #skip(raw: string): void {
    const at = this.#input.report.source.indexOf(raw, this.#cursor);
    if (at !== -1) this.#cursor = at + raw.length;
  }

  /**
   * Collects the edits inside an image's text, and removes the image's attributes. An image with a size becomes HTML.
   */
  #visitImage(token: Token): void {
    const { source } = this.#input.report;
    const attributes = token.meta?.["attributesSource"];
    const start = source.indexOf(`![${token.content}]`, this.#cursor);
    for (const child of token.children ?? []) this.visit(child);
    if (typeof attributes !== "string" || start === -1 || token.meta?.["attributes"] === undefined) return;
    const at = source.indexOf(attributes, start);
    const line = this.#offsets.findLastIndex((offset) => offset <= start) + 1;
    const html = sizedImage(token, this.#input, line);
    if (at === -1) return;
    const end = at + attributes.length;
    this.#cursor = end;
    if (html === undefined) this.edits.push({ start: at, end, text: "" });
    else this.edits.push({ start, end, text: html });
  }

  /**
   * Replaces the address of a link that has another address in the site. Links to other reports lead to their Markdown.
   */
  #replaceAddress(href: string | undefined): void {
    const target = href === undefined ? undefined : this.#input.linkTargets?.get(href);
    if (target === undefined) return;
    const { source } = this.#input.report;
    const open = source.indexOf("](", this.#cursor);
    const written = open === -1 ? null : /^\s*(?:<([^>\n]*)>|([^\s()]+))/.exec(source.slice(open + 2));
    const address = written?.[1] ?? written?.[2];
    if (written === null || address === undefined) return;
    const start = open + 2 + written[0].lastIndexOf(address);
    this.#cursor = start + address.length;
    const text = target.replace(/(^|\/)index\.html(?=$|[?#])/, "$1report.md");
    this.edits.push({ start, end: this.#cursor, text });
  }

  #replaceValue(token: Token): void {
    const { source } = this.#input.report;
    const raw = String(token.meta?.["raw"] ?? "");
    const line = Number(token.meta?.["line"] ?? 1);
    const start = source.indexOf(raw, Math.max(this.#cursor, this.#offsets[line - 1] ?? source.length));
    if (start === -1) return;
    this.#cursor = start + raw.length;
    this.edits.push({ start, end: this.#cursor, text: textOf(token, line, this.#input) });
  }

  /**
   * Replaces an inline note (`^[text]`, Pandoc) by a footnote at the end of the report, because GitHub has no inline
   * notes.
   */
  #moveInlineNote(token: Token): void {
    const { source, env } = this.#input.report;
    const id = Number(token.meta?.["id"]);
    const note = inlineNote(env, id);
    if (note === undefined) return;
    const raw = `^[${note.content}]`;
    const start = source.indexOf(raw, this.#cursor);
    if (start === -1) return;
    const line = this.#offsets.findLastIndex((offset) => offset <= start) + 1;
    this.#cursor = start + raw.length;
    const name = `[^in-place-${id + 1}]`;
    const text = replaceInline(note.content, note.tokens, line, this.#input);
    this.edits.push(
      { start, end: this.#cursor, text: name },
      { start: source.length, end: source.length, text: `\n\n${name}: ${text}` },
    );
  }
}

/** Escapes the tags of an HTML block that the page shows as text. @param start offset of the block */
function htmlEdits(token: Token, shown: RawHtml["shown"], source: string, start: number): readonly Edit[] {
  let cursor = start;
  const escaped = new Set(shown.get(token));
  return [...token.content.matchAll(/</g)].flatMap(({ index }): Edit[] => {
    // The content lacks the quotation marks and indentation of the block, so each `<` is searched for in the source.
    const at = source.indexOf("<", cursor);
    cursor = at + 1;
    return at !== -1 && escaped.has(index) ? [{ start: at, end: at + 1, text: "&lt;" }] : [];
  });
}

/** The inline note with this number, as markdown-it-footnote stores it; undefined for a footnote defined elsewhere. */
function inlineNote(
  env: Record<string, unknown>,
  id: number,
): { content: string; tokens: readonly Token[] } | undefined {
  const { footnotes } = env as { footnotes?: { list?: readonly { content?: string; tokens?: readonly Token[] }[] } };
  const note = footnotes?.list?.[id];
  return note?.content === undefined ? undefined : { content: note.content, tokens: note.tokens ?? [] };
}

/** Inserts the section's number, and removes the heading's attributes. */
function headingEdits(token: Token, inline: Token | undefined, report: Report, start: number): readonly Edit[] {
  return [numberEdit(token, report, start), attributeEdit(token, report, start, inline)].filter(
    (edit) => edit !== undefined,
  );
}

/** Edit that inserts a section's number before its title; undefined for a section without a number. */
function numberEdit(token: Token, report: Report, start: number): Edit | undefined {
  const number: unknown = token.meta?.["number"];
  const mark = /^(?:[ \t]*)#{1,6}[ \t]+/.exec(report.source.slice(start, start + 200));
  if (typeof number !== "string" || mark === null) return undefined;
  const at = start + mark[0].length;
  return { start: at, end: at, text: `${number} ` };
}

/** Removes ` {#sec-x .unnumbered}` at the end of a heading. */
function attributeEdit(token: Token, report: Report, start: number, inline: Token | undefined): Edit | undefined {
  if (token.meta === null || inline === undefined) return undefined;
  const lines = report.source.slice(start).split("\n", (inline.map?.[1] ?? 1) - (inline.map?.[0] ?? 0));
  const text = lines.join("\n");
  const match = /(?<![ \t])[ \t]*\{(?:[#.][^{}\n]*|-)\}(?=[ \t]*(?:#+[ \t]*)?(?:\n|$))/.exec(text);
  return match === null
    ? undefined
    : { start: start + match.index, end: start + match.index + match[0].length, text: "" };
}

/** Replaces the label after a formula by a tag with the formula's number, inside the formula, where GitHub shows it. */
function equationEdits(token: Token, report: Report, [start, end]: readonly [number, number]): readonly Edit[] {
  const attributes = token.meta?.["attributes"];
  if (typeof attributes !== "string") return [];
  const source = report.source.slice(start, end);
  const at = source.lastIndexOf(attributes);
  const close = source.lastIndexOf("$$", at);
  const number = report.anchors.get(String(token.meta?.["label"]))?.number;
  const tail = { start: start + close + 2, end: start + at + attributes.length, text: "" };
  if (number === undefined) return [tail];
  return [
    {
      start: start + close,
      end: start + close,
      text: `${source.charAt(close - 1) === "\n" ? "" : " "}\\tag{${number}}${source.charAt(close - 1) === "\n" ? "\n" : ""}`,
    },
    tail,
  ];
}

/** Puts number and caption below an image, because Markdown readers do not show the alternative text. */
function figureEdits(
  token: Token,
  image: Token,
  input: Evaluation,
  [start, end]: readonly [number, number],
): readonly Edit[] {
  const { report } = input;
  const attributes = String(image.meta?.["attributesSource"] ?? "");
  const at = report.source.slice(start, end).lastIndexOf(attributes);
  const anchor = report.anchors.get(String(token.meta?.["figure"] ?? ""));
  if (at === -1) return [];
  const caption = replaceInline(image.content, image.children ?? [], (token.map?.[0] ?? 0) + 1, input);
  const name =
    anchor === undefined
      ? ""
      : `\\\n**${nameAnchor(anchor, input.report.frontMatter.lang)}.**${caption === "" ? "" : ` ${caption}`}`;
  const after = start + at + attributes.length;
  return [{ start: after, end: after, text: name }];
}

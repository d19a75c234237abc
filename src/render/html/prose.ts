import type { MarkdownIt, Token } from "markdown-it";
import { HAS_BIBLIOGRAPHY } from "../../document/citation-rules.ts";
import { createMarkdown } from "../../document/markdown.ts";
import type { Position } from "../../errors.ts";
import { imageOfCell, inlineImage } from "../prose/image.ts";
import { readRawHtml } from "../prose/raw-html.ts";
import { isPlainHtml, sanitizeHtml } from "../prose/sanitize.ts";
import { walkTokens } from "../prose/tokens.ts";
import type { RenderInput } from "../renderer.ts";
import { AddedStyles } from "./added-styles.ts";
import { fillSlots, type ProsePass, placeHtml } from "./prose-pass.ts";
import { installProseRules } from "./prose-rules.ts";

/** Renders Markdown and HTML, of authors and of cells, as HTML that the page's Content-Security-Policy allows. */
export interface Prose {
  /**
   * Renders the body of the report.
   *
   * @param cells HTML of each cell, by label
   * @param insertions HTML to insert between blocks of the body; insertions at the same place keep their order
   */
  renderBody(cells: ReadonlyMap<string, string>, insertions?: readonly Insertion[]): Promise<string>;
  /** Renders the author's Markdown outside the body, such as the abstract. Evaluates expressions. */
  renderAuthored(source: string, position: Position): Promise<string>;
  /** Renders a caption: inline Markdown. Evaluates expressions and references. */
  renderCaption(source: string, position: Position): Promise<string>;
  /**
   * Renders Markdown that a cell printed. Evaluates nothing.
   * @param scope prefix of footnote ids, unique to the output
   */
  renderPrinted(source: string, scope: string): Promise<string>;
  /** Renders HTML that a cell displayed. */
  renderDisplayed(source: string, position: Position): Promise<string>;
  /** Additional CSS for everything rendered so far, such as formulas; empty if none is needed. */
  css(): string;
}

/** HTML to insert between two tokens of the body. */
export interface Insertion {
  /** Index of the token after the inserted HTML. */
  readonly before: number;
  readonly html: string;
}

type Options = Pick<ProsePass, "evaluated" | "line" | "scope" | "cells"> & { readonly inline: boolean };

const NO_CELLS: ReadonlyMap<string, string> = new Map();

/**
 * Creates the `Prose` of a page. Its methods throw a UserError for an image, an expression or a reference that cannot
 * be resolved.
 */
export function createProse(input: RenderInput): Prose {
  const { report } = input;
  const markdown = createMarkdown();
  installProseRules(markdown, input);
  const styles = new AddedStyles();

  const renderSource = (source: string, options: Options): Promise<string> => {
    const env = { [HAS_BIBLIOGRAPHY]: options.evaluated && report.frontMatter.bibliography.length > 0 };
    const tokens = options.inline ? markdown.parseInline(source, env) : markdown.parse(source, env);
    return renderTokens(markdown, tokens, env, options, input, styles);
  };

  return {
    renderBody(cells, insertions) {
      const options = { evaluated: true, line: 1, scope: "", inline: false, cells };
      return renderTokens(markdown, report.tokens, report.env, options, input, styles, insertions);
    },
    renderAuthored: (source, { line }) =>
      renderSource(source, { evaluated: true, line, scope: "abstract", inline: false, cells: NO_CELLS }),
    renderCaption: (source, { line }) =>
      renderSource(source, { evaluated: true, line, scope: "caption", inline: true, cells: NO_CELLS }),
    renderPrinted: (source, scope) =>
      renderSource(source, { evaluated: false, line: 1, scope, inline: false, cells: NO_CELLS }),
    renderDisplayed: (source, position) =>
      sanitizeHtml(source, { inlineImage: (address) => imageOfCell(address, report.folder, position) }),
    css: () => styles.css(),
  };
}

/** Renders tokens, and sanitizes the result if the author's HTML needs sanitizing. */
async function renderTokens(
  markdown: MarkdownIt,
  tokens: readonly Token[],
  env: object,
  options: Options,
  input: RenderInput,
  styles: AddedStyles,
  insertions: readonly Insertion[] = [],
): Promise<string> {
  const { report } = input;
  const images = readImages(tokens, options, input);
  const code = await highlightFences(tokens, input);
  styles.addSizes(tokens);
  const math = await styles.render(tokens);
  const raw = readRawHtml(tokens).html;
  // The HTML of all tokens is checked as one string, because one token may open a `<details>` that another token
  // closes.
  const sanitized = !isPlainHtml([...raw.values()].join(""));
  const pass: ProsePass = { ...options, raw, images, code, math, sanitized, slots: [] };
  const scoped = { ...env, pass, ...(pass.scope === "" ? {} : { docId: pass.scope }) };
  const rendered = options.inline
    ? markdown.renderer.renderInline(tokens[0]?.children ?? [], markdown.options, scoped)
    : renderAround(insertions, tokens, pass, (part) => markdown.renderer.render(part, markdown.options, scoped));
  if (!sanitized) return rendered;
  const position = { file: report.file, line: options.line };
  const clean = await sanitizeHtml(rendered, {
    inlineImage: (address) => inlineImage(address, report.folder, position),
  });
  return fillSlots(pass, clean);
}

/** Renders tokens, with the insertions put between them. */
function renderAround(
  insertions: readonly Insertion[],
  tokens: readonly Token[],
  pass: ProsePass,
  render: (part: Token[]) => string,
): string {
  let done = 0;
  let rendered = "";
  for (const { before, html } of [...insertions].sort((a, b) => a.before - b.before)) {
    rendered += render(tokens.slice(done, before)) + placeHtml(pass, html);
    done = before;
  }
  return rendered + render(tokens.slice(done));
}

/**
 * Reads every image of the tokens as a `data:` URI. An unreadable image in the output of a cell is left out, and the
 * page shows its address. `line`: line for tokens without a position.
 */
function readImages(
  tokens: readonly Token[],
  { line, evaluated }: Options,
  { report }: RenderInput,
): ReadonlyMap<Token, string> {
  const images = new Map<Token, string>();
  for (const { token, line: at } of walkTokens(tokens, line)) {
    if (token.type !== "image") continue;
    const position = { file: report.file, line: at };
    const address = String(token.attrGet("src") ?? "");
    const image = evaluated
      ? inlineImage(address, report.folder, position)
      : imageOfCell(address, report.folder, position);
    if (image !== undefined) images.set(token, image);
  }
  return images;
}

/**
 * Highlights every fence that is not a cell. Must run before rendering, because highlighting is asynchronous and
 * rendering is not.
 */
async function highlightFences(tokens: readonly Token[], input: RenderInput): Promise<ReadonlyMap<Token, string>> {
  const code = new Map<Token, string>();
  for (const { token } of walkTokens(tokens, 1)) {
    if (token.type !== "fence" || token.meta?.["cell"] !== undefined) continue;
    const language = /^[\w+#-]*/.exec(token.info.trim())?.[0] ?? "";
    code.set(token, await input.highlight.highlight(token.content.replace(/\n$/, ""), language));
  }
  return code;
}

import type { Token } from "markdown-it";
import { createMarkdown } from "../../document/markdown.ts";
import type { Position } from "../../errors.ts";
import type { RenderInput } from "../renderer.ts";
import { dataUri, isDataUri, readImage } from "../prose/image.ts";
import { fillSlots, type ProsePass, placeHtml, walkTokens } from "./prose-pass.ts";
import { installProseRules } from "./prose-rules.ts";
import { isPlainHtml, sanitizeHtml } from "../prose/sanitize.ts";

/** Turns Markdown into the HTML of the page: the report's own prose, captions, and what cells print. */
export interface Prose {
  /** The whole body, and what Heapbook puts in between: HTML before the token of that index. */
  renderReport(cells: ReadonlyMap<string, string>, insertion?: Insertion): Promise<string>;
  /** Markdown by the author outside the body, such as the abstract: expressions are evaluated. */
  renderAuthored(source: string, position: Position): Promise<string>;
  /** A caption: inline Markdown, expressions and references evaluated. */
  renderCaption(source: string, position: Position): Promise<string>;
  /** Markdown that a cell printed. `scope` is unique to the output. */
  renderPrinted(source: string, scope: string): Promise<string>;
  /** HTML that a cell displayed, sanitized. */
  renderHtml(source: string, position: Position): Promise<string>;
}

/** HTML that stands between two tokens of the body. */
export interface Insertion {
  readonly before: number;
  readonly html: string;
}

/** @throws UserError while rendering, for images and expressions that cannot be resolved */
export function createProse(input: RenderInput): Prose {
  const { report } = input;
  const markdown = createMarkdown();
  installProseRules(markdown, input);

  const inlineImage = (address: string, position: Position): string => {
    if (isDataUri(address)) return address;
    const image = readImage(address, report.folder, position);
    return dataUri(image.type, image.bytes);
  };

  const render = async (
    tokens: readonly Token[],
    env: object,
    options: Options,
    insertion: Insertion = { before: tokens.length, html: "" },
  ): Promise<string> => {
    const images = new Map<Token, string>();
    for (const { token, line } of walkTokens(tokens, options.line)) {
      if (token.type !== "image") continue;
      images.set(token, inlineImage(String(token.attrGet("src") ?? ""), { file: report.file, line }));
    }
    const code = await highlightFences(tokens, input);
    const sanitized = !isPlainHtml(rawHtml(tokens));
    const pass: ProsePass = { ...options, images, code, sanitized, slots: [] };
    const scoped = { ...env, pass, ...(pass.scope === "" ? {} : { docId: pass.scope }) };
    const rendered = options.inline
      ? markdown.renderer.renderInline(tokens[0]?.children ?? [], markdown.options, scoped)
      : [tokens.slice(0, insertion.before), tokens.slice(insertion.before)]
          .map((part) => markdown.renderer.render(part, markdown.options, scoped))
          .join(insertion.html === "" ? "" : placeHtml(pass, insertion.html));
    if (!sanitized) return rendered;
    const position = { file: report.file, line: options.line };
    return fillSlots(pass, await sanitizeHtml(rendered, { inlineImage: (address) => inlineImage(address, position) }));
  };

  const renderSource = (source: string, options: Options): Promise<string> => {
    const env = {};
    const tokens = options.inline ? markdown.parseInline(source, env) : markdown.parse(source, env);
    return render(tokens, env, options);
  };

  return {
    renderReport: (cells, insertion) =>
      render(report.tokens, report.env, { evaluated: true, line: 1, scope: "", inline: false, cells }, insertion),
    renderAuthored: (source, { line }) =>
      renderSource(source, { evaluated: true, line, scope: "abstract", inline: false, cells: NO_CELLS }),
    renderCaption: (source, { line }) =>
      renderSource(source, { evaluated: true, line, scope: "caption", inline: true, cells: NO_CELLS }),
    renderPrinted: (source, scope) =>
      renderSource(source, { evaluated: false, line: 1, scope, inline: false, cells: NO_CELLS }),
    renderHtml: (source, position) =>
      sanitizeHtml(source, { inlineImage: (address) => inlineImage(address, position) }),
  };
}

type Options = Pick<ProsePass, "evaluated" | "line" | "scope" | "cells"> & { readonly inline: boolean };

const NO_CELLS: ReadonlyMap<string, string> = new Map();

/** The author's raw HTML, one string: a `<details>` is opened in one token and closed in another. */
function rawHtml(tokens: readonly Token[]): string {
  let raw = "";
  for (const { token } of walkTokens(tokens, 1)) {
    if (token.type === "html_block" || token.type === "html_inline") raw += token.content;
  }
  return raw;
}

async function highlightFences(tokens: readonly Token[], input: RenderInput): Promise<ReadonlyMap<Token, string>> {
  const code = new Map<Token, string>();
  for (const { token } of walkTokens(tokens, 1)) {
    if (token.type !== "fence" || token.meta?.["cell"] !== undefined) continue;
    const language = /^[\w+#-]*/.exec(token.info.trim())?.[0] ?? "";
    code.set(token, await input.highlight.highlight(token.content.replace(/\n$/, ""), language));
  }
  return code;
}

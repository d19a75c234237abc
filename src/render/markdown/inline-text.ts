import type { Token } from "markdown-it";
import { nameAnchor } from "../prose/anchors.ts";
import { titleOfAnchor } from "../prose/reference.ts";
import type { RenderInput } from "../renderer.ts";
import { escapeMarkdown } from "./escape.ts";
import { codeSpan } from "./fence.ts";
import { citationMarkdown } from "./references.ts";

/**
 * Replaces expressions and references in the author's Markdown outside the body, such as a caption.
 *
 * @param tokens tokens of `source`
 * @param line line of `source` in the report, for errors
 */
export function replaceInline(source: string, tokens: readonly Token[], line: number, input: Evaluation): string {
  let result = "";
  let cursor = 0;
  const visit = (token: Token): void => {
    if (token.type === "code_inline") cursor = copyTo(skipCode(source, cursor, token));
    if (token.type === "math_inline") {
      const raw = String(token.meta?.["raw"]);
      const at = source.indexOf(raw, cursor);
      if (at !== -1) cursor = copyTo(at + raw.length);
    }
    if (isValue(token)) {
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

/** Fields of the render input that are needed to evaluate expressions and references. */
export type Evaluation = Pick<RenderInput, "report" | "evaluate" | "citations">;

/** Whether a token is replaced by its text: an expression, a reference or a citation. */
export function isValue({ type }: Token): boolean {
  return type === "expression" || type === "reference" || type === "citation";
}

/**
 * The text that replaces an expression, a reference or a citation.
 * @param line line of the token in the report, for errors
 */
export function textOf(token: Token, line: number, input: Evaluation): string {
  if (token.type === "expression") {
    return escapeMarkdown(input.evaluate(token.content, { file: input.report.file, line }).text);
  }
  if (token.type === "citation") {
    const raw = String(token.meta?.["raw"] ?? "");
    const text = input.citations?.texts.get(raw);
    return text === undefined ? raw : citationMarkdown(text);
  }
  const anchor = input.report.anchors.get(token.content);
  if (anchor === undefined) return String(token.meta?.["raw"] ?? "");
  const title = titleOfAnchor(anchor, input.report);
  return title === undefined
    ? nameAnchor(anchor, input.report.frontMatter.lang)
    : title.map((each) => titleText(each, line, input)).join("");
}

/** The title of a section without a number, which a reference shows as its text. */
function titleText(token: Token, line: number, input: Evaluation): string {
  if (token.type === "expression") return textOf(token, line, input);
  if (token.type === "code_inline") return codeSpan(token.content);
  if (token.type === "math_inline") return String(token.meta?.["raw"]);
  if (token.type === "softbreak" || token.type === "hardbreak") return " ";
  if (token.children !== null) return token.children.map((child) => titleText(child, line, input)).join("");
  return escapeMarkdown(token.content);
}

/**
 * Offset after a code span. The closing run of backticks is as long as the opening run, so a shorter run inside does
 * not end the span.
 */
export function skipCode(source: string, cursor: number, token: Token): number {
  const run = new RegExp(`(?<![\`\\\\])${token.markup}(?!\`)`, "g");
  run.lastIndex = cursor;
  const open = run.exec(source);
  if (open === null) return cursor;
  const close = new RegExp(`(?<!\`)${token.markup}(?!\`)`, "g");
  close.lastIndex = open.index + token.markup.length;
  const found = close.exec(source);
  return found === null ? cursor : found.index + token.markup.length;
}

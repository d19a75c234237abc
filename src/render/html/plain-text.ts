import type { Token } from "markdown-it";
import { nameAnchor } from "../prose/anchors.ts";
import { titleOfAnchor } from "../prose/reference.ts";
import type { RenderInput } from "../renderer.ts";
import type { ProsePass } from "./prose-pass.ts";

/**
 * Converts inline tokens to text without markup, for the table of contents and the attributes `alt` and `aria-label`.
 */
export function plainText(
  tokens: readonly Token[],
  input: RenderInput,
  pass: Pick<ProsePass, "evaluated" | "line">,
): string {
  return tokens.map((token) => plainTextOf(token, input, pass)).join("");
}

function plainTextOf(token: Token, input: RenderInput, pass: Pick<ProsePass, "evaluated" | "line">): string {
  const raw = String(token.meta?.["raw"] ?? "");
  switch (token.type) {
    case "expression": {
      if (!pass.evaluated) return raw;
      const line = Number(token.meta?.["line"] ?? pass.line);
      return input.evaluate(token.content, { file: input.report.file, line }).text;
    }
    case "reference": {
      const anchor = input.report.anchors.get(token.content);
      if (anchor === undefined) return raw;
      const title = titleOfAnchor(anchor, input.report);
      return title === undefined ? nameAnchor(anchor, input.report.frontMatter.lang) : plainText(title, input, pass);
    }
    case "citation":
      return pass.evaluated
        ? (input.citations?.texts.get(raw) ?? raw).replace(/<[^<>]*>/g, "").replaceAll("&#38;", "&")
        : raw;
    case "softbreak":
    case "hardbreak":
      return " ";
    case "html_inline":
      return "";
    default:
      return token.children === null ? token.content : plainText(token.children, input, pass);
  }
}

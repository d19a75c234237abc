import type { MarkdownIt, Token } from "markdown-it";

/** Key in `meta` of `inline` tokens: LaTeX formulas in the text (`TexBrackets[]`). */
export const TEX_BRACKETS = "texBrackets";

/** A formula in LaTeX's syntax, `\(…\)` or `\[…\]`. Markdown takes its backslashes for escapes and drops them. */
export interface TexBrackets {
  /** The author's text, on one line and cut to 40 characters. */
  readonly raw: string;
  /** Number of lines between the beginning of the token's text and the formula. */
  readonly offset: number;
  readonly isDisplay: boolean;
}

/**
 * Adds to each `inline` token the formulas in LaTeX's brackets that its text contains. The tokens stay text, as
 * CommonMark requires.
 */
export function addTexBracketRules(markdown: MarkdownIt): void {
  // Runs before the rule that joins escapes with the texts around them.
  markdown.core.ruler.before("text_join", "tex_brackets", (state) => {
    for (const token of state.tokens) {
      if (token.type !== "inline" || !/\\[([]/.test(token.content)) continue;
      const found = findTexBrackets(token.children ?? []);
      if (found.length > 0) token.meta = { ...token.meta, [TEX_BRACKETS]: found };
    }
  });
}

function findTexBrackets(children: readonly Token[]): readonly TexBrackets[] {
  const found: TexBrackets[] = [];
  let open: { readonly close: string; readonly offset: number; readonly isFirst: boolean; text: string } | undefined;
  let offset = 0;
  for (const [index, child] of children.entries()) {
    const written = child.type === "text_special" ? child.markup : child.content || child.markup;
    if (child.type === "softbreak" || child.type === "hardbreak") {
      offset += 1;
      if (open !== undefined) open.text += " ";
    } else if (child.type === "text_special" && (written === "\\(" || written === "\\[")) {
      open = { close: written === "\\(" ? "\\)" : "\\]", offset, isFirst: index === 0, text: "" };
    } else if (open !== undefined && child.type === "text_special" && written === open.close) {
      const { text, close } = open;
      const isDisplay = close === "\\]";
      // An escaped bracket can be ordinary text: `\[x\] done`, `\[1\]`.
      const isAlone = open.isFirst && index === children.length - 1;
      const isFormula = isDisplay ? isAlone || /[\\^_=+]/.test(text) || /^\s*[A-WYZa-wyz]\s*$/.test(text) : true;
      if (isFormula && text.trim() !== "") {
        const raw = `${close === "\\]" ? "\\[" : "\\("}${text}${close}`;
        found.push({ raw: raw.length > 40 ? `${raw.slice(0, 39)}…` : raw, offset: open.offset, isDisplay });
      }
      open = undefined;
    } else if (open !== undefined) open.text += written;
  }
  return found;
}

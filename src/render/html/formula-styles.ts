import type { Token } from "markdown-it";
import { readAsset } from "../assets.ts";
import { loadMath } from "../prose/math.ts";
import { walkTokens } from "../prose/tokens.ts";
import { escapeHtml } from "../text/escape-html.ts";

/** Renders formulas, and collects the CSS that those of one page need. */
export class FormulaStyles {
  readonly #rules = new Map<string, string>();
  #isUsed = false;

  /**
   * Renders the formulas of these tokens as MathML, before the tokens are rendered, because loading the TeX parser is asynchronous.
   * TeX that cannot be parsed, which only cells can print, is shown as code.
   */
  async render(tokens: readonly Token[]): Promise<ReadonlyMap<Token, string>> {
    const rendered = new Map<Token, string>();
    for (const { token } of walkTokens(tokens, 1)) {
      if (token.type !== "math_inline" && token.type !== "math_block") continue;
      const math = await loadMath();
      const formula = math.render(token.content, token.meta?.["display"] === true);
      this.#isUsed = true;
      if ("html" in formula) {
        rendered.set(token, formula.html);
        for (const [name, rule] of formula.css) this.#rules.set(name, rule);
      } else rendered.set(token, `<code>${escapeHtml(token.content)}</code>`);
    }
    return rendered;
  }

  /** The style sheet of formulas and the classes of those rendered so far; empty for a page without formulas. */
  css(): string {
    if (!this.#isUsed) return "";
    const rules = [...this.#rules].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, rule]) => `${rule}\n`);
    return `\n${readAsset("css/math.css")}${rules.join("")}`;
  }
}

import type { Token } from "markdown-it";
import type { Attributes } from "../../document/attributes.ts";
import { readAsset } from "../assets.ts";
import { loadMath } from "../prose/math.ts";
import { walkTokens } from "../prose/tokens.ts";
import { escapeHtml } from "../text/escape-html.ts";
import { lengthClass } from "./length-class.ts";

/** Renders formulas, and collects the CSS for formulas and sized images of one page. */
export class AddedStyles {
  readonly #rules = new Map<string, string>();
  #isUsed = false;

  /**
   * Renders the formulas among these tokens as MathML. Call before the tokens are rendered, because loading the TeX
   * parser is asynchronous. Invalid TeX, which can only come from a cell's output, is shown as code.
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

  /** Collects the CSS rules for images with a width or height. */
  addSizes(tokens: readonly Token[]): void {
    for (const { token } of walkTokens(tokens, 1)) {
      const attributes = token.type === "image" ? (token.meta?.["attributes"] as Attributes | undefined) : undefined;
      for (const key of ["width", "height"] as const) {
        const length = attributes?.values.get(key);
        const added = length === undefined ? undefined : lengthClass(key, length);
        if (added !== undefined) this.#rules.set(added.name, added.rule);
      }
    }
  }

  /**
   * The style sheet of formulas, and all rules collected so far; empty if there are neither formulas nor sized images.
   */
  css(): string {
    if (!this.#isUsed && this.#rules.size === 0) return "";
    const rules = [...this.#rules].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, rule]) => `${rule}\n`);
    return `\n${this.#isUsed ? readAsset("css/math.css") : ""}${rules.join("")}`;
  }
}

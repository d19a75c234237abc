import type { Token } from "markdown-it";

/**
 * What one rendering of Markdown carries along. Pieces that Heapbook makes (cells, computed numbers, highlighted code)
 * are kept apart from the author's text in `slots` while that goes through the sanitizer, and put back after.
 */
export interface ProsePass {
  /** Whether the author's raw HTML must be sanitized. */
  readonly sanitized: boolean;
  readonly slots: string[];
  /** HTML of the code in each fence. */
  readonly code: ReadonlyMap<Token, string>;
  /** What each image shows, as a `data:` URI. */
  readonly images: ReadonlyMap<Token, string>;
  /** HTML of each cell, by label. */
  readonly cells: ReadonlyMap<string, string>;
  /** Whether `{{ }}` and `@fig-x` mean something: they do in what the author wrote, not in what a cell printed. */
  readonly evaluated: boolean;
  /** Where a token without a line of its own stands. */
  readonly line: number;
  /** Prefix of footnote ids, so that Markdown printed by two cells can have a footnote 1 each. */
  readonly scope: string;
}

// Private-use characters: the sanitizer leaves them alone, and no author's keyboard has them.
const OPEN = "\ue000";
const CLOSE = "\ue001";

/** Puts HTML made by Heapbook into the rendering. */
export function placeHtml(pass: ProsePass, source: string): string {
  if (!pass.sanitized) return source;
  pass.slots.push(source);
  return `${OPEN}${pass.slots.length - 1}${CLOSE}`;
}

/** The rendering with every slot filled. */
export function fillSlots(pass: ProsePass, rendered: string): string {
  return rendered.replace(/\ue000(\d+)\ue001/g, (_match, index) => pass.slots[Number(index)] ?? "");
}

/** All tokens, those inside inline tokens too, each with the line of the block it stands in (from 1). */
export function* walkTokens(tokens: readonly Token[], line: number): Generator<{ token: Token; line: number }> {
  let current = line;
  for (const token of tokens) {
    if (token.map !== null) current = token.map[0] + 1;
    yield { token, line: current };
    if (token.children !== null) {
      let inner = current;
      for (const child of token.children) {
        yield* walkTokens([child], inner);
        if (child.type === "softbreak" || child.type === "hardbreak") inner += 1;
      }
    }
  }
}

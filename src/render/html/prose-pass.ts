import { randomUUID } from "node:crypto";
import type { Token } from "markdown-it";

/**
 * State of one rendering of Markdown. `slots` keep the HTML that Heapbook makes (cells, computed numbers, highlighted code) while
 * the sanitizer cleans the author's HTML.
 */
export interface ProsePass {
  /** Whether the author's raw HTML must be sanitized. */
  readonly sanitized: boolean;
  readonly slots: string[];
  /** The author's HTML of each token, of which nothing swallows what follows. */
  readonly raw: ReadonlyMap<Token, string>;
  /** HTML of the code in each fence. */
  readonly code: ReadonlyMap<Token, string>;
  /** Content of each image, as a `data:` URI. */
  readonly images: ReadonlyMap<Token, string>;
  /** MathML of each formula. */
  readonly math: ReadonlyMap<Token, string>;
  /** HTML of each cell, by label. */
  readonly cells: ReadonlyMap<string, string>;
  /** Whether `{{ }}` and `@fig-x` are evaluated: true for the author's text, false for output of a cell. */
  readonly evaluated: boolean;
  /** Line of tokens that have no line of their own. */
  readonly line: number;
  /** Prefix of footnote ids: Markdown printed by two cells may have a footnote 1 each. Empty for the body. */
  readonly scope: string;
}

// Private-use characters delimit a slot, because the sanitizer keeps them. The nonce of the process is in no page, and no author can
// write it: a slot forged in an attribute would put our HTML into the attribute.
const NONCE = randomUUID().replaceAll("-", "");
const SLOT = new RegExp(`\ue000${NONCE}:(\\d+)\ue001`, "g");

/** Inserts HTML made by Heapbook: returns a slot if the rendering will be sanitized, else the HTML itself. */
export function placeHtml(pass: ProsePass, source: string): string {
  if (!pass.sanitized) return source;
  pass.slots.push(source);
  return `\ue000${NONCE}:${pass.slots.length - 1}\ue001`;
}

/** Replaces every slot of a rendering with its HTML. @throws Error where the sanitizer removed a slot: content would vanish */
export function fillSlots(pass: ProsePass, rendered: string): string {
  const filled = new Set<number>();
  const page = rendered.replace(SLOT, (_match, index) => {
    filled.add(Number(index));
    return pass.slots[Number(index)] ?? "";
  });
  const lost = pass.slots.findIndex((slot, index) => slot !== "" && !filled.has(index));
  if (lost !== -1) throw new Error(`The sanitizer removed HTML of Heapbook: ${pass.slots[lost]?.slice(0, 200)}`);
  return page;
}

import { randomUUID } from "node:crypto";
import type { Token } from "markdown-it";

/**
 * State of one rendering of Markdown. Before the sanitizer cleans the author's HTML, a placeholder (slot) replaces each
 * piece of Heapbook's HTML, such as a cell. `slots` holds these pieces.
 */
export interface ProsePass {
  /** Whether the author's raw HTML must be sanitized. */
  readonly sanitized: boolean;
  readonly slots: string[];
  /** The author's HTML of each token, made safe: no open tag swallows the text after it. */
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
  /** Line for tokens without a line of their own, from 1. */
  readonly line: number;
  /** Prefix of footnote ids, empty for the body. Markdown printed by two cells may have a footnote 1 each. */
  readonly scope: string;
}

// Private-use characters delimit a slot, because the sanitizer keeps them. A random nonce for each process, which no
// page contains, keeps authors from forging a slot: a forged slot in an attribute would put Heapbook's HTML there.
const NONCE = randomUUID().replaceAll("-", "");
const SLOT = new RegExp(`\ue000${NONCE}:(\\d+)\ue001`, "g");

/**
 * Adds HTML made by Heapbook to a rendering. Returns a slot if the rendering will be sanitized, otherwise the HTML
 * itself.
 */
export function placeHtml(pass: ProsePass, source: string): string {
  if (!pass.sanitized) return source;
  pass.slots.push(source);
  return `\ue000${NONCE}:${pass.slots.length - 1}\ue001`;
}

/**
 * Replaces every slot of a rendering by its HTML.
 * @throws Error if the sanitizer removed a slot, because its content would vanish
 */
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

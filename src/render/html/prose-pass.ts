import type { Token } from "markdown-it";

/**
 * State of one rendering of Markdown. `slots` keep the HTML that Heapbook makes (cells, computed numbers, highlighted code) while
 * the sanitizer cleans the author's HTML.
 */
export interface ProsePass {
  /** Whether the author's raw HTML must be sanitized. */
  readonly sanitized: boolean;
  readonly slots: string[];
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

// Private-use characters delimit a slot: the sanitizer keeps them, and authors do not type them.
const OPEN = "\ue000";
const CLOSE = "\ue001";

/** Inserts HTML made by Heapbook: returns a slot if the rendering will be sanitized, else the HTML itself. */
export function placeHtml(pass: ProsePass, source: string): string {
  if (!pass.sanitized) return source;
  pass.slots.push(source);
  return `${OPEN}${pass.slots.length - 1}${CLOSE}`;
}

/** Replaces every slot of a rendering with its HTML. */
export function fillSlots(pass: ProsePass, rendered: string): string {
  return rendered.replace(/\ue000(\d+)\ue001/g, (_match, index) => pass.slots[Number(index)] ?? "");
}

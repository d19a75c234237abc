import { splitCodedText } from "../text/coded-text.ts";
import { escapeHtml } from "../text/escape-html.ts";

/** Plain text with code between `backticks`, as HTML. */
export function renderCodedTextHtml(text: string): string {
  return splitCodedText(text)
    .map((part, index) => (index % 2 === 0 ? escapeHtml(part) : `<code>${escapeHtml(part)}</code>`))
    .join("");
}

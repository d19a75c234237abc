import { splitCodedText } from "../text/coded-text.ts";
import { escapeHtml } from "../text/escape-html.ts";

/** Converts plain text with code between `backticks` to HTML. */
export function renderCodedTextHtml(text: string): string {
  return splitCodedText(text)
    .map((part, index) => (index % 2 === 0 ? escapeHtml(part) : `<code>${escapeHtml(part)}</code>`))
    .join("");
}

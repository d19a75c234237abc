import { escapeHtml, escapeMarkdown } from "./escape.ts";

/** Plain text in which `backticks` mark code, as HTML. */
export function codedHtml(text: string): string {
  return parts(text)
    .map((part, index) => (index % 2 === 0 ? escapeHtml(part) : `<code>${escapeHtml(part)}</code>`))
    .join("");
}

/** The same as Markdown. */
export function codedMarkdown(text: string): string {
  return parts(text)
    .map((part, index) => (index % 2 === 0 ? escapeMarkdown(part) : `\`${part}\``))
    .join("");
}

/** Texts and codes in turn, the first a text. */
function parts(text: string): readonly string[] {
  return text.split(/`([^`]+)`/);
}

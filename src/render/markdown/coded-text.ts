import { splitCodedText } from "../text/coded-text.ts";
import { escapeMarkdown } from "./escape.ts";

/** Plain text with code between `backticks`, as Markdown. */
export function renderCodedTextMarkdown(text: string): string {
  return splitCodedText(text)
    .map((part, index) => (index % 2 === 0 ? escapeMarkdown(part) : `\`${part}\``))
    .join("");
}

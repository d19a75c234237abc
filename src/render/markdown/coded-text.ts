import { splitCodedText } from "../text/coded-text.ts";
import { escapeMarkdown } from "./escape.ts";
import { oneLine } from "./one-line.ts";

/** Converts plain text with code between `backticks` to Markdown. */
export function renderCodedTextMarkdown(text: string): string {
  return splitCodedText(oneLine(text))
    .map((part, index) => (index % 2 === 0 ? escapeMarkdown(part) : `\`${part}\``))
    .join("");
}

import { oneLine } from "./one-line.ts";

/** Writes a text on one line, with every character escaped that Markdown could read as markup. */
export function escapeMarkdown(text: string): string {
  return oneLine(text).replace(/([\\`*_<>[\]|~])/g, "\\$1");
}

/** Escapes every character that Markdown could read as markup. */
export function escapeMarkdown(text: string): string {
  return text.replace(/([\\`*_<>[\]|~])/g, "\\$1");
}

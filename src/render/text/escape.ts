const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** The text as it stands in HTML, in an element or between double quotes in an attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is being removed.
const ANSI_SEQUENCE = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are not allowed in HTML.
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

/**
 * Text that a process printed, as a terminal would leave it on the page: no colour codes, no other control
 * characters, and of a line rewritten with carriage returns (a progress bar) only its last state.
 */
export function plainTerminalText(text: string): string {
  const lines = text.replace(ANSI_SEQUENCE, "").split("\n").map(lastState);
  return lines.join("\n").replace(CONTROL, "");
}

/** Line by line and without a pattern: one that looks ahead takes minutes over a line of a megabyte. */
function lastState(line: string): string {
  if (!line.includes("\r")) return line;
  return line.split("\r").findLast((state) => state !== "") ?? "";
}

/** Text in which nothing is Markdown. */
export function escapeMarkdown(text: string): string {
  return text.replace(/([\\`*_<>[\]|~])/g, "\\$1");
}

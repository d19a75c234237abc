// `util.stripVTControlCharacters` of Node 20 leaves parts of window titles (OSC 0), links (OSC 8) and colours with colons.
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is being removed.
const ANSI_SEQUENCE = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are not allowed in HTML.
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

/**
 * Output of a process as plain text. Removes ANSI escape sequences and control characters. Keeps only the last state of a line
 * that carriage returns rewrite, such as a progress bar.
 */
export function plainTerminalText(text: string): string {
  const lines = text.replace(ANSI_SEQUENCE, "").split("\n").map(lastState);
  return lines.join("\n").replace(CONTROL, "");
}

/** Without a regular expression: one with a lookahead takes minutes for a line of a megabyte. */
function lastState(line: string): string {
  if (!line.includes("\r")) return line;
  return line.split("\r").findLast((state) => state !== "") ?? "";
}

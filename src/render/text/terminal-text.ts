// `util.stripVTControlCharacters` of Node 20 leaves parts of window titles (OSC 0), links (OSC 8) and colours with colons.
// Forms of ECMA-48 and ECMA-35: CSI, OSC, strings (DCS, SOS, PM, APC), sequences with intermediate bytes such as `ESC ( B`, and of one byte.
const ANSI_SEQUENCE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is being removed.
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[PX^_][^\u001b]*\u001b\\|[#%(-/][0-~]|[78=>@-Z\\-_cno|}~])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are not allowed in HTML.
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

/**
 * Output of a process as plain text. Removes ANSI escape sequences, and shows every other control character by its picture: ␀ for
 * U+0000, ␡ for U+007F, `\x85` for one of the C1 set, which has none. Keeps only the last state of a line that carriage returns
 * rewrite, such as a progress bar.
 */
export function plainTerminalText(text: string): string {
  const lines = text.replace(ANSI_SEQUENCE, "").split("\n").map(lastState);
  return lines.join("\n").replace(CONTROL, pictureOf);
}

/** The character of the block Control Pictures (U+2400) that stands for a control character. */
function pictureOf(control: string): string {
  const code = control.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? "\u2421" : `\\x${code.toString(16)}`;
}

/** Without a regular expression: one with a lookahead takes minutes for a line of a megabyte. */
function lastState(line: string): string {
  if (!line.includes("\r")) return line;
  return line.split("\r").findLast((state) => state !== "") ?? "";
}

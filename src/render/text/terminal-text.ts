// This pattern replaces `util.stripVTControlCharacters`, which in Node 20 leaves parts of window titles (OSC 0), links
// (OSC 8) and colours with colons. Forms of ECMA-48 and ECMA-35: CSI, OSC, strings (DCS, SOS, PM, APC), sequences with
// intermediate bytes such as `ESC ( B`, and of one byte.
const ANSI_SEQUENCE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is being removed.
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[PX^_][^\u001b]*\u001b\\|[#%(-/][0-~]|[78=>@-Z\\-_cno|}~])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are not allowed in HTML.
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

/** Matches "erase to the end of the line", and with 2 "erase the whole line". */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character begins the sequence.
const ERASE = /\u001b\[([02]?)K/;

/**
 * Converts terminal output to plain text. Removes ANSI escape sequences. Replaces every other control character by a
 * symbol: ␀ for U+0000, ␡ for U+007F, `\x85` for a C1 character. A line with carriage returns, such as a progress bar,
 * is shown as in a terminal: later text overwrites the beginning of earlier text.
 */
export function plainTerminalText(text: string): string {
  const lines = text.split("\n").map((line) => (line.includes("\r") ? overwrite(line) : withoutSequences(line)));
  return withPictures(lines.join("\n"));
}

/** Replaces every control character, except tabs and line ends, by a visible symbol. */
export function withPictures(text: string): string {
  return text.replace(CONTROL, pictureOf);
}

/** Finds control characters in a text, except tabs and line ends; `index` is an offset in UTF-16 code units. */
export function findControls(text: string): readonly { readonly character: string; readonly index: number }[] {
  return [...text.matchAll(CONTROL)].map(({ 0: character, index }) => ({ character, index }));
}

const withoutSequences = (text: string): string => text.replace(ANSI_SEQUENCE, "");

/** The symbol for a control character, from the Unicode block Control Pictures (U+2400) if there is one. */
function pictureOf(control: string): string {
  const code = control.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? "\u2421" : `\\x${code.toString(16)}`;
}

/**
 * The text that a terminal shows of a line with carriage returns. Works character by character: joining texts would
 * take quadratic time for a megabyte of short updates.
 */
function overwrite(line: string): string {
  const shown: string[] = [];
  for (const state of line.split("\r")) {
    let column = 0;
    // Elements with odd indices are erasures, those with even indices texts.
    for (const [index, piece] of state.split(ERASE).entries()) {
      if (index % 2 === 0) for (const character of withoutSequences(piece)) shown[column++] = character;
      else {
        // Erasing a line does not move the cursor, but programs return it to the start before or after, so column 0 is
        // right.
        if (piece === "2") column = 0;
        shown.length = column;
      }
    }
  }
  return shown.join("");
}

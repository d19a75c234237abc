// `util.stripVTControlCharacters` of Node 20 leaves parts of window titles (OSC 0), links (OSC 8) and colours with colons.
// Forms of ECMA-48 and ECMA-35: CSI, OSC, strings (DCS, SOS, PM, APC), sequences with intermediate bytes such as `ESC ( B`, and of one byte.
const ANSI_SEQUENCE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is being removed.
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[PX^_][^\u001b]*\u001b\\|[#%(-/][0-~]|[78=>@-Z\\-_cno|}~])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are not allowed in HTML.
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

/** "Erase to the end of the line", and with the 2 "erase the line". */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character begins the sequence.
const ERASE = /\u001b\[([02]?)K/;

/**
 * Output of a process as plain text. Removes ANSI escape sequences, and shows every other control character by its picture: ␀ for
 * U+0000, ␡ for U+007F, `\x85` for one of the C1 set, which has none. A line with carriage returns, such as a progress bar, is as a
 * terminal shows it: later text lies over earlier text, and what is longer stays.
 */
export function plainTerminalText(text: string): string {
  const lines = text.split("\n").map((line) => (line.includes("\r") ? overwrite(line) : withoutSequences(line)));
  return withPictures(lines.join("\n"));
}

/** Shows every control character but tabs and line ends by its picture, and leaves everything else as it is. */
export function withPictures(text: string): string {
  return text.replace(CONTROL, pictureOf);
}

/** Control characters of a text other than tabs and line ends, each with its index. */
export function findControls(text: string): readonly { readonly character: string; readonly index: number }[] {
  return [...text.matchAll(CONTROL)].map(({ 0: character, index }) => ({ character, index }));
}

const withoutSequences = (text: string): string => text.replace(ANSI_SEQUENCE, "");

/** The character of the block Control Pictures (U+2400) that stands for a control character. */
function pictureOf(control: string): string {
  const code = control.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? "\u2421" : `\\x${code.toString(16)}`;
}

/** What is left of a line. In place, character by character: joined texts would take quadratic time for a megabyte of short states. */
function overwrite(line: string): string {
  const shown: string[] = [];
  for (const state of line.split("\r")) {
    let column = 0;
    // At odd places of the list what is erased, at even ones text.
    for (const [index, piece] of state.split(ERASE).entries()) {
      if (index % 2 === 0) for (const character of withoutSequences(piece)) shown[column++] = character;
      else {
        // The cursor of an erased line stays where it is; programs set it to the start, before or after.
        if (piece === "2") column = 0;
        shown.length = column;
      }
    }
  }
  return shown.join("");
}

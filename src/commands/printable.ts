// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character begins a colour.
const COLOUR = /^\u001b\[[\d;]*m/;

/** Clears the line of the cursor: what Heapbook's own progress bar prints before it draws itself again. */
export const CLEAR_LINE = "\r\u001b[2K";

/**
 * Text of a report, a cell or a file for the terminal. Control characters, which would run as commands of the terminal, and controls of
 * the writing direction (U+202A–202E, U+2066–2069), which show a text in another order than it has, become `\ufffd`.
 * Further lines are indented, so that none of them looks like a message of Heapbook.
 */
export function printable(text: string, keepColours = false): string {
  return withoutControls(text, (at) => keepColours && COLOUR.test(text.slice(at, at + 20))).replace(
    /\n(?! {2})/g,
    "\n  ",
  );
}

/** Text of others in the midst of a line: as `printable`, with a space in the place of each line break. */
export function printableLine(text: string): string {
  return withoutControls(text, () => false).replace(/[\n\u2028\u2029]+/g, " ");
}

/**
 * Everything that goes to a terminal, whoever wrote it: as `printable`, with Heapbook's own colours and its progress bar, and with lines
 * as they are.
 */
export function forTerminal(text: string): string {
  return withoutControls(
    text,
    (at) =>
      text.startsWith(CLEAR_LINE, at) || text.startsWith(CLEAR_LINE, at - 1) || COLOUR.test(text.slice(at, at + 20)),
  );
}

/** @param isKept whether the control character at an index is Heapbook's own */
function withoutControls(text: string, isKept: (at: number) => boolean): string {
  return text.replace(CONTROL, (character, at: number) => (isKept(at) ? character : "\ufffd"));
}

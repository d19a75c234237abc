// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character begins a colour.
const COLOUR = /^\u001b\[[\d;]*m/;

/** Terminal sequence that clears the cursor's line. Heapbook's progress bar prints it before it is drawn again. */
export const CLEAR_LINE = "\r\u001b[2K";

/**
 * Makes text of a report, cell or file safe for the terminal. These characters become `\ufffd`: control characters,
 * which the terminal would execute, and direction controls (U+202A–202E, U+2066–2069), which change the order of the
 * shown text. Lines after the first are indented, so that none of them looks like a message of Heapbook.
 */
export function printable(text: string, keepColours = false): string {
  return withoutControls(text, (at) => keepColours && COLOUR.test(text.slice(at, at + 20))).replace(
    /\n(?! {2})/g,
    "\n  ",
  );
}

/** Makes such a text safe within a line: like `printable()`, with a space for each line break. */
export function printableLine(text: string): string {
  return withoutControls(text).replace(/[\n\u2028\u2029]+/g, " ");
}

/**
 * Makes all output safe for a terminal: like `printable()`, but keeps Heapbook's own colours, its progress bar and all
 * lines unindented.
 */
export function forTerminal(text: string): string {
  return withoutControls(
    text,
    (at) =>
      text.startsWith(CLEAR_LINE, at) || text.startsWith(CLEAR_LINE, at - 1) || COLOUR.test(text.slice(at, at + 20)),
  );
}

/** Replaces control characters. @param isKept whether the control character at an index belongs to Heapbook */
export function withoutControls(text: string, isKept: (at: number) => boolean = () => false): string {
  return text.replace(CONTROL, (character, at: number) => (isKept(at) ? character : "\ufffd"));
}

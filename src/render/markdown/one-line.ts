// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced.
const CONTROL = /[\u0000-\u0008\u000e-\u001f\u007f-\u009f]/g;

/**
 * Replaces each line break, with the blanks around it, by one blank: a line break would end a heading, a table row or a
 * claim. Control characters become U+FFFD: a terminal that shows the Markdown would execute them.
 */
export function oneLine(text: string): string {
  return text
    .replace(/\s+/g, (blanks) => (/[\r\n\u2028\u2029]/.test(blanks) ? " " : blanks))
    .replace(CONTROL, "\ufffd");
}

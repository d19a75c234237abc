/**
 * Replaces each line break, with the blanks around it, by one blank. A line break would end a heading, a table row or a
 * claim.
 */
export function oneLine(text: string): string {
  return text
    .replace(/\s+/g, (blanks) => (/[\r\n\u2028\u2029]/.test(blanks) ? " " : blanks))
    .replaceAll("\0", "\ufffd");
}

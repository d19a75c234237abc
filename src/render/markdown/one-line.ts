/** A text with blanks in place of its line breaks and the blanks around them: a line break would end a heading, a table row or a claim. */
export function oneLine(text: string): string {
  return text
    .replace(/\s+/g, (blanks) => (/[\r\n\u2028\u2029]/.test(blanks) ? " " : blanks))
    .replaceAll("\0", "\ufffd");
}

/** Splits plain text at code between `backticks`: elements with even indices are text, those with odd indices code. */
export function splitCodedText(text: string): readonly string[] {
  return text.split(/`([^`]+)`/);
}

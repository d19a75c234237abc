/** Splits plain text with code between `backticks`: texts at even indices, code at odd ones. */
export function splitCodedText(text: string): readonly string[] {
  return text.split(/`([^`]+)`/);
}

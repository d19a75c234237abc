/** Words of the sentences that describe charts. */
/** The text with a capital first letter, to begin a sentence. */
export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

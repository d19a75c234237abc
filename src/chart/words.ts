/** Words of the sentences that describe charts. */
import { formatCount } from "../analysis/format.ts";

/** A count and its noun: `1 collection`, `26 collections`. */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** Names as a sentence lists them: `a`, `a and b`, `a, b and c`. */
export function listWords(words: readonly string[], conjunction: "and" | "or" = "and"): string {
  if (words.length < 2) return words[0] ?? "";
  return `${words.slice(0, -1).join(", ")} ${conjunction} ${words.at(-1)}`;
}

/** The text with a capital first letter, to begin a sentence. */
export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

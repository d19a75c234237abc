import { formatNumber } from "../analysis/format.ts";
import { currentLanguage } from "../language.ts";
import { type TextKey, textIn } from "./catalogues.ts";
import type { EN } from "./en.ts";
import { join } from "./punctuation.ts";

type Names<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;

/** The values that a text needs, by their names in it. Numbers are written in full, in the signs of the language. */
type Values<Key extends TextKey> = Readonly<Record<Names<(typeof EN)[Key]>, string | number>>;

/** Enough significant digits to write every count in full. */
const ALL_DIGITS = 15;

/**
 * A text of the page in the language of now (`inLanguage()`), its `{names}` replaced by values. The compiler demands a value for each
 * name. `n` chooses between the forms of a text that counts.
 */
export function say<Key extends TextKey>(
  key: Key,
  ...[values]: Names<(typeof EN)[Key]> extends never ? [] : [Values<Key>]
): string {
  const given: Readonly<Record<string, string | number>> = values ?? {};
  return textIn(currentLanguage(), key, Number(given["n"])).replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = given[name];
    return typeof value === "number" ? formatNumber(value, ALL_DIGITS) : (value ?? "");
  });
}

/** Names as a sentence lists them: `a`, `a and b`, `a, b and c`. */
export function sayList(words: readonly string[], key: "listAnd" | "listOr" = "listAnd"): string {
  if (words.length < 2) return words[0] ?? "";
  return say(key, { list: join(words.slice(0, -1), "list"), last: words.at(-1) ?? "" });
}

import { formatNumber } from "../analysis/format.ts";
import { currentLanguage } from "../language.ts";
import { type TextKey, textIn } from "./catalogues.ts";
import type { EN } from "./en.ts";
import { join } from "./punctuation.ts";

type Names<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;

/** The values that a text needs, by name. Numbers are written in full, in the number style of the language. */
type Values<Key extends TextKey> = Readonly<Record<Names<(typeof EN)[Key]>, string | number>>;

/** Number of significant digits that is enough to write every count in full. */
const ALL_DIGITS = 15;

/**
 * The text of a key in the language set by `inLanguage()`, with `{names}` replaced by values. The compiler demands a
 * value for each name. `n` selects the plural form.
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

/** Joins names as in a sentence: `a`, `a and b`, `a, b and c`. */
export function sayList(words: readonly string[], key: "listAnd" | "listOr" = "listAnd"): string {
  if (words.length < 2) return words[0] ?? "";
  return say(key, { list: join(words.slice(0, -1), "list"), last: words.at(-1) ?? "" });
}

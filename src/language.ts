import { AsyncLocalStorage } from "node:async_hooks";
import { ENGLISH, type NumberStyle, useNumberStyle } from "./analysis/number-style.ts";
import { usePhrases } from "./analysis/phrases.ts";
import { textIn } from "./words/catalogues.ts";

type Signs = Omit<NumberStyle, "to">;

const languages = new AsyncLocalStorage<string>();

const COMMA: Signs = { decimal: ",", group: "." };

/** By language, and by language and region where they differ. A table of our own: `Intl` differs between versions of ICU. */
const STYLES: Readonly<Record<string, Signs>> = {
  de: COMMA,
  "de-ch": { decimal: ".", group: "’" },
  "de-li": { decimal: ".", group: "’" },
  es: COMMA,
  "es-mx": ENGLISH,
  fr: { decimal: ",", group: "\u202f" },
  it: COMMA,
  nl: COMMA,
  pl: { decimal: ",", group: "\u00a0" },
  pt: COMMA,
};

/** The signs of numbers, and the word of intervals, in a language (BCP 47): `1.234,5` in German; those of English where Heapbook has none. */
export function numberStyleOf(lang: string): NumberStyle {
  const [language = "", region = ""] = lang.toLowerCase().split("-");
  const signs = STYLES[`${language}-${region}`] ?? STYLES[language] ?? ENGLISH;
  return { ...signs, to: textIn(lang, "to", 0) };
}

/** The language of the page at work (BCP 47); English outside of `inLanguage()`. */
export function currentLanguage(): string {
  return languages.getStore() ?? "en";
}

/** Runs work, and what it awaits, in a language: texts of `say()` are in that language, and numbers have its signs. */
export function inLanguage<Result>(lang: string, work: () => Result): Result {
  return languages.run(lang, work);
}

useNumberStyle(() => numberStyleOf(currentLanguage()));
usePhrases((key, value = "") => textIn(currentLanguage(), key, Number(value)).replace(/\{\w+\}/, () => String(value)));

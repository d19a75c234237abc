import { AsyncLocalStorage } from "node:async_hooks";
import { ENGLISH, type NumberStyle, useNumberStyle } from "./analysis/number-style.ts";

const languages = new AsyncLocalStorage<string>();

const COMMA: NumberStyle = { decimal: ",", group: "." };

/** By language, and by language and region where they differ. A table of our own: `Intl` differs between versions of ICU. */
const STYLES: Readonly<Record<string, NumberStyle>> = {
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

/** The signs of numbers in a language (BCP 47): `1.234,5` in German; those of English where Heapbook has none. */
export function numberStyleOf(lang: string): NumberStyle {
  const [language = "", region = ""] = lang.toLowerCase().split("-");
  return STYLES[`${language}-${region}`] ?? STYLES[language] ?? ENGLISH;
}

/** Runs work, and what it awaits, in a language: numbers that it formats have the signs of that language. */
export function inLanguage<Result>(lang: string, work: () => Result): Result {
  return languages.run(lang, work);
}

useNumberStyle(() => numberStyleOf(languages.getStore() ?? "en"));

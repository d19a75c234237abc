import { AsyncLocalStorage } from "node:async_hooks";
import { ENGLISH, type NumberStyle, useNumberStyle } from "./analysis/number-style.ts";
import { usePhrases } from "./analysis/phrases.ts";
import { textIn } from "./words/catalogues.ts";

type Signs = Omit<NumberStyle, "to">;

const languages = new AsyncLocalStorage<string>();

const COMMA: Signs = { decimal: ",", group: "." };

/**
 * Number signs by language, or by language and region if they differ within a language. A table of our own, because
 * `Intl` differs between versions of ICU.
 */
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

/**
 * The number signs and the word between ends of an interval in a language (BCP 47): `1.234,5` in German. English for
 * unknown languages.
 */
export function numberStyleOf(lang: string): NumberStyle {
  const [language = "", region = ""] = lang.toLowerCase().split("-");
  const signs = STYLES[`${language}-${region}`] ?? STYLES[language] ?? ENGLISH;
  return { ...signs, to: textIn(lang, "to", 0) };
}

/** Language (BCP 47) of the page that is being rendered; English outside `inLanguage()`. */
export function currentLanguage(): string {
  return languages.getStore() ?? "en";
}

/**
 * Runs a function, and everything it awaits, in a language: `say()` returns texts in that language, and numbers have
 * its signs.
 */
export function inLanguage<Result>(lang: string, work: () => Result): Result {
  return languages.run(lang, work);
}

useNumberStyle(() => numberStyleOf(currentLanguage()));
usePhrases((key, value = "") => textIn(currentLanguage(), key, Number(value)).replace(/\{\w+\}/, () => String(value)));

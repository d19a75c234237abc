import { de } from "./de.ts";
import { EN } from "./en.ts";
import { es } from "./es.ts";
import { fr } from "./fr.ts";
import { it } from "./it.ts";
import { ja } from "./ja.ts";
import { nl } from "./nl.ts";
import { pl } from "./pl.ts";
import { pt } from "./pt.ts";
import { zh } from "./zh.ts";

/** Key of a text in the catalogues. */
export type TextKey = keyof typeof EN;

/** All texts of pages in one language. */
export type Catalogue = Readonly<Record<TextKey, string>>;

/** The catalogue of each language, by BCP 47 tag without region. */
export const CATALOGUES: Readonly<Record<string, Catalogue>> = { en: EN, de, es, fr, it, pt, nl, pl, zh, ja };

/**
 * The text of a key in a language (BCP 47); English if Heapbook has no catalogue of the language. Blanks before `%` are
 * no-break spaces (U+00A0); in French also those before `:`, `;`, `!`, `?` and inside guillemets.
 *
 * @param n count that selects the singular or plural form
 */
export function textIn(lang: string, key: TextKey, n: number): string {
  const [wanted = ""] = lang.toLowerCase().split("-", 1);
  const language = Object.hasOwn(CATALOGUES, wanted) ? wanted : "en";
  const forms = (CATALOGUES[language] ?? EN)[key].split("|");
  const text = (forms.length === 1 ? forms[0] : forms[pluralForm(language, n)]) ?? "";
  const joined = text.replace(/(?<=[\d}]) (?=%)/g, "\u00a0");
  return language === "fr" ? joined.replace(/ (?=[:;!?»](?:\W|$))|(?<=«) /g, "\u00a0") : joined;
}

/** Index of the plural form for the count `n`; 0 in languages with one form. */
function pluralForm(language: string, n: number): number {
  if (language === "zh" || language === "ja") return 0;
  if (language === "fr" || language === "pt") return n < 2 ? 0 : 1;
  if (language !== "pl") return n === 1 ? 0 : 1;
  if (n === 1) return 0;
  const [tens, ones] = [n % 100, n % 10];
  return ones >= 2 && ones <= 4 && !(tens >= 12 && tens <= 14) ? 1 : 2;
}

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

/** Name of a text. */
export type TextKey = keyof typeof EN;

/** Every text in one language. */
export type Catalogue = Readonly<Record<TextKey, string>>;

/** By language (BCP 47, without region). */
export const CATALOGUES: Readonly<Record<string, Catalogue>> = { en: EN, de, es, fr, it, pt, nl, pl, zh, ja };

/**
 * A text in a language (BCP 47), English where Heapbook has no catalogue of the language. No line breaks between a number and `%`; in
 * French, none before a colon, a semicolon, an exclamation or question mark, and none inside of guillemets: the blank there is U+00A0.
 *
 * @param n the count that chooses between the forms of a text
 */
export function textIn(lang: string, key: TextKey, n: number): string {
  const [wanted = ""] = lang.toLowerCase().split("-", 1);
  const language = Object.hasOwn(CATALOGUES, wanted) ? wanted : "en";
  const forms = (CATALOGUES[language] ?? EN)[key].split("|");
  const text = (forms.length === 1 ? forms[0] : forms[pluralForm(language, n)]) ?? "";
  const joined = text.replace(/(?<=[\d}]) (?=%)/g, "\u00a0");
  return language === "fr" ? joined.replace(/ (?=[:;!?»](?:\W|$))|(?<=«) /g, "\u00a0") : joined;
}

/** Index of the form of a text that counts `n`; languages with one form have it at 0. */
function pluralForm(language: string, n: number): number {
  if (language === "zh" || language === "ja") return 0;
  if (language === "fr" || language === "pt") return n < 2 ? 0 : 1;
  if (language !== "pl") return n === 1 ? 0 : 1;
  if (n === 1) return 0;
  const [tens, ones] = [n % 100, n % 10];
  return ones >= 2 && ones <= 4 && !(tens >= 12 && tens <= 14) ? 1 : 2;
}

import { de } from "./de.ts";
import { EN } from "./en.ts";
import { es } from "./es.ts";
import { fr } from "./fr.ts";
import { it } from "./it.ts";

/** Name of a text. */
export type TextKey = keyof typeof EN;

/** Every text in one language. */
export type Catalogue = Readonly<Record<TextKey, string>>;

/** By language (BCP 47, without region). */
export const CATALOGUES: Readonly<Record<string, Catalogue>> = { en: EN, de, es, fr, it };

/**
 * A text in a language (BCP 47), English where Heapbook has no catalogue of the language. In French, no line breaks before a colon,
 * a semicolon, an exclamation or question mark: their blanks are those of the Imprimerie nationale, U+00A0 and U+202F.
 *
 * @param n the count that chooses between the forms of a text
 */
export function textIn(lang: string, key: TextKey, n: number): string {
  const [wanted = ""] = lang.toLowerCase().split("-", 1);
  const language = Object.hasOwn(CATALOGUES, wanted) ? wanted : "en";
  const forms = (CATALOGUES[language] ?? EN)[key].split("|");
  const text = (forms.length === 1 ? forms[0] : forms[pluralForm(language, n)]) ?? "";
  return language === "fr" ? text.replace(/ (?=[:%])/g, "\u00a0").replace(/ (?=[;!?](?: |$))/g, "\u202f") : text;
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

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
export const CATALOGUES: Readonly<Record<string, Catalogue>> = { en: EN, de, fr, es, it, pt, pl, nl, zh, ja };

/** The catalogue of a language (BCP 47); English where Heapbook has none. */
export function catalogueOf(lang: string): Catalogue {
  const [language = ""] = lang.toLowerCase().split("-", 1);
  return (Object.hasOwn(CATALOGUES, language) ? CATALOGUES[language] : undefined) ?? EN;
}

/** Index of the form of a text that counts `n`; languages with one form have it at 0. */
export function pluralForm(lang: string, n: number): number {
  const [language = ""] = lang.toLowerCase().split("-", 1);
  if (language === "zh" || language === "ja") return 0;
  if (language === "fr" || language === "pt") return n < 2 ? 0 : 1;
  if (language !== "pl") return n === 1 ? 0 : 1;
  if (n === 1) return 0;
  const [tens, ones] = [n % 100, n % 10];
  return ones >= 2 && ones <= 4 && !(tens >= 12 && tens <= 14) ? 1 : 2;
}

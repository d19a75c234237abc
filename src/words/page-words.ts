import { DE } from "./page/de.ts";
import { EN } from "./page/en.ts";
import { ES } from "./page/es.ts";
import { FR } from "./page/fr.ts";
import { IT } from "./page/it.ts";
import { JA } from "./page/ja.ts";
import { NL } from "./page/nl.ts";
import { PL } from "./page/pl.ts";
import { PT } from "./page/pt.ts";
import type { PageWords } from "./page/types.ts";
import { ZH } from "./page/zh.ts";

const LANGUAGES: Readonly<Record<string, PageWords>> = {
  en: EN,
  de: DE,
  fr: FR,
  es: ES,
  it: IT,
  pt: PT,
  pl: PL,
  nl: NL,
  zh: ZH,
  ja: JA,
};

/** The words of pages in a language (BCP 47); English if Heapbook lacks the language. */
export function pageWords(lang: string): PageWords {
  const [language = "en"] = lang.toLowerCase().split("-", 1);
  return (Object.hasOwn(LANGUAGES, language) ? LANGUAGES[language] : undefined) ?? EN;
}

/** Languages with words for pages, as BCP 47 tags. */
export const LANGUAGES_WITH_WORDS: readonly string[] = Object.keys(LANGUAGES);

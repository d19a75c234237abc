/** Usual titles of the list of references, by language. */
const REFERENCES_TITLES: Readonly<Record<string, readonly string[]>> = {
  en: ["References", "Bibliography", "Works cited", "Literature", "Literature cited", "Reference list", "Sources"],
  de: [
    "Literatur",
    "Literaturverzeichnis",
    "Quellen",
    "Quellenverzeichnis",
    "Literatur und Quellen",
    "Quellen und Literatur",
    "Literaturangaben",
    "Bibliografie",
    "Bibliographie",
    "Referenzen",
  ],
  fr: ["Références", "Références bibliographiques", "Bibliographie", "Sources", "Ouvrages cités", "Littérature"],
  es: ["Referencias", "Referencias bibliográficas", "Bibliografía", "Fuentes", "Obras citadas"],
  it: ["Riferimenti bibliografici", "Riferimenti", "Bibliografia", "Fonti", "Opere citate"],
  pt: ["Referências", "Referências bibliográficas", "Bibliografia", "Fontes", "Obras citadas"],
  pl: ["Bibliografia", "Literatura", "Źródła", "Spis literatury", "Piśmiennictwo"],
  nl: ["Referenties", "Literatuur", "Literatuurlijst", "Bronnen", "Bronnenlijst", "Bibliografie"],
  zh: ["参考文献", "参考资料", "参考书目", "引用文献"],
  ja: ["参考文献", "引用文献", "文献", "参考資料"],
};

/**
 * Titles by which a section is recognized as the list of references: those of a language (BCP 47), then the English
 * ones.
 */
export function referencesTitles(lang: string): readonly string[] {
  const [language = "en"] = lang.toLowerCase().split("-", 1);
  const own = Object.hasOwn(REFERENCES_TITLES, language) ? REFERENCES_TITLES[language] : undefined;
  return [...new Set([...(own ?? []), ...(REFERENCES_TITLES["en"] ?? [])])];
}

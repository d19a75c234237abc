/**
 * Private-use character that marks a Chinese or Japanese term whose number is an ordinal. The citation formatter leaves
 * it unchanged.
 */
export const ORDINAL = "\uE003";

/** Words for parts of a source (chapter, section, …) in the locales of Romance languages, Polish and Dutch. */
const PLACES =
  "Chapitre|Section|Volume|Figure|Paragraphe|Partie|Capítulo|Sección|Volumen|Figura|Párrafo|Parte|Capitolo|Sezione|Paragrafo|Secção|Parágrafo|Rozdział|Sekcja|Tom|Rysunek|Hoofdstuk|Sectie|Deel|Figuur|Paragraaf";
const PLACE = new RegExp(`(, |\\()(${PLACES})(?= \\d)`, "g");

/** Languages that write these words in lower case inside a sentence. */
const SMALL_PLACES: ReadonlySet<string> = new Set(["fr", "es", "it", "pt", "pl", "nl"]);

/**
 * Adapts a citation to the word order and punctuation of a language. CSL styles have English word order, which no
 * locale can change: 第3章 for "章 3", "chapitre 3" for "Chapitre 3", and in French a blank before the semicolon.
 * @param html citation from the formatter
 * @param lang BCP 47
 */
export function orderCitation(html: string, lang: string): string {
  const [language = ""] = lang.split("-", 1);
  const ordered = orderOrdinals(html);
  const small = SMALL_PLACES.has(language)
    ? ordered.replace(PLACE, (_, before: string, name: string) => before + name.toLowerCase())
    : ordered;
  // A semicolon that ends an entity, such as `&#38;`, is kept.
  return language === "fr"
    ? small.replace(/(&[#\w]{1,8};)|;(?= )/g, (_, entity?: string) => entity ?? "\u00a0;")
    : small;
}

/** Adapts an entry of the list of references, as `orderCitation` does, and also its date: `(2017, 30. August)`. */
export function orderReference(html: string, lang: string): string {
  const [language = ""] = lang.split("-", 1);
  const dated = orderOrdinals(html).replace(
    /\((\d{4}\p{L}?), (\p{L}{1,20}|\d{1,2}月)(?: (\d{1,2}))?\)/gu,
    (whole, year: string, month: string, day?: string) => dateOf(language, year, month, day) ?? whole,
  );
  return language === "fr" ? dated.replace(/\b(Disponible sur|In): /g, "$1\u00a0: ") : dated;
}

/** Rewrites marked ordinals: `3 版` and `章 3` become `第3版`, `第3章`. Removes marks without a number. */
function orderOrdinals(html: string): string {
  return html
    .replace(/(\d{1,6}) ?\uE003(版)/g, "第$1$2")
    .replace(/\uE003(\p{Script=Han}) ?(\d{1,6}(?:[-–‑,] ?\d{1,6}){0,8})/gu, "第$2$1")
    .replaceAll(ORDINAL, "");
}

function dateOf(language: string, year: string, month: string, day: string | undefined): string | undefined {
  if (month.endsWith("月")) return `(${year}年${month}${day === undefined ? "" : `${day}日`})`;
  if (day === undefined) return undefined;
  if (language === "de") return `(${year}, ${day}. ${month})`;
  if (language === "es" || language === "pt") return `(${year}, ${day} de ${month})`;
  return ["fr", "it", "nl", "pl"].includes(language) ? `(${year}, ${day} ${month})` : undefined;
}

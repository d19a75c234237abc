/** A private character before a term of Chinese or Japanese that forms an ordinal with its number; it passes the formatter unchanged. */
export const ORDINAL = "\uE003";

/** Kinds of places in a source, as the locales of Romance languages, Polish and Dutch name them. */
const PLACES =
  "Chapitre|Section|Volume|Figure|Paragraphe|Partie|Capítulo|Sección|Volumen|Figura|Párrafo|Parte|Capitolo|Sezione|Paragrafo|Secção|Parágrafo|Rozdział|Sekcja|Tom|Rysunek|Hoofdstuk|Sectie|Deel|Figuur|Paragraaf";
const PLACE = new RegExp(`(, |\\()(${PLACES})(?= \\d)`, "g");

/** Languages in whose sentences the name of a place in a source is not capital. */
const SMALL_PLACES: ReadonlySet<string> = new Set(["fr", "es", "it", "pt", "pl", "nl"]);

/**
 * A citation in the word order and with the signs of a language. Styles of CSL have the order of English in them, and no locale can change it:
 * 第3章 for "章 3", "chapitre 3" in place of "Chapitre 3", and a blank before the semicolon in French.
 * @param html as the formatter gives it
 * @param lang BCP 47
 */
export function orderCitation(html: string, lang: string): string {
  const [language = ""] = lang.split("-", 1);
  const ordered = orderOrdinals(html);
  const small = SMALL_PLACES.has(language)
    ? ordered.replace(PLACE, (_, before: string, name: string) => before + name.toLowerCase())
    : ordered;
  // Not the end of an entity, such as `&#38;`.
  return language === "fr"
    ? small.replace(/(&[#\w]{1,8};)|;(?= )/g, (_, entity?: string) => entity ?? "\u00a0;")
    : small;
}

/** An entry of the list of references in the order of a language, as `orderCitation`; its date too: `(2017, 30. August)`. */
export function orderReference(html: string, lang: string): string {
  const [language = ""] = lang.split("-", 1);
  const dated = orderOrdinals(html).replace(
    /\((\d{4}\p{L}?), (\p{L}{1,20}|\d{1,2}月)(?: (\d{1,2}))?\)/gu,
    (whole, year: string, month: string, day?: string) => dateOf(language, year, month, day) ?? whole,
  );
  return language === "fr" ? dated.replace(/\b(Disponible sur|In): /g, "$1\u00a0: ") : dated;
}

/** `3 版` and `章 3` with the mark of an ordinal become `第3版`, `第3章`. A mark without a number goes. */
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

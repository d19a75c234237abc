import { ORDINAL } from "./citation-order.ts";

/** Terms of a language for a CSL locale; `single|multiple` if the two forms differ. */
interface LocaleTexts {
  /** Terms in their long form. */
  readonly general: Readonly<Record<string, string>>;
  /** Terms in their short form, such as `p.` for page. */
  readonly short: Readonly<Record<string, string>>;
  /** Names of the months, January to December, as in a date with a day. */
  readonly months: readonly string[];
  /** Parts of a date in order, each with the text that follows it. */
  readonly date: readonly (readonly [part: "day" | "month" | "year", suffix: string])[];
  /** Quotation marks: opening and closing, then the same for quotes inside quotes. */
  readonly quotes: readonly [open: string, close: string, openInner: string, closeInner: string];
}

/**
 * Locales that citation-js lacks, with the terms that its styles print. Every other term is taken from American
 * English. The format is the Citation Style Language 1.0.2,
 * https://docs.citationstyles.org/en/stable/specification.html#locale-files.
 */
const LOCALES: Readonly<Record<string, LocaleTexts>> = {
  "it-IT": {
    general: {
      and: "e",
      "and others": "e altri",
      at: "a",
      from: "da",
      retrieved: "recuperato",
      accessed: "consultato",
      cited: "citato",
      "available at": "disponibile su",
      "no date": "senza data",
      "presented at": "presentato a",
      editor: "curatore|curatori",
      edition: "edizione|edizioni",
      ordinal: "ª",
      page: "pagina|pagine",
      chapter: "capitolo|capitoli",
      section: "sezione|sezioni",
      volume: "volume|volumi",
      issue: "numero|numeri",
      figure: "figura|figure",
      paragraph: "paragrafo|paragrafi",
    },
    short: {
      "no date": "s.d.",
      edition: "ed.",
      page: "p.|pp.",
      volume: "vol.|voll.",
      issue: "n.|nn.",
      chapter: "cap.|capp.",
      section: "sez.|sezz.",
      editor: "cur.",
      translator: "trad.",
    },
    months: months("gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"),
    date: dayFirst(" ", " "),
    quotes: ["«", "»", "“", "”"],
  },
  "pt-PT": {
    general: {
      and: "e",
      "and others": "e outros",
      in: "em",
      at: "em",
      from: "de",
      retrieved: "recuperado em",
      accessed: "acesso em",
      cited: "citado",
      "available at": "disponível em",
      "no date": "sem data",
      "presented at": "apresentado em",
      editor: "organizador|organizadores",
      edition: "edição|edições",
      ordinal: "ª",
      page: "página|páginas",
      chapter: "capítulo|capítulos",
      section: "secção|secções",
      volume: "volume|volumes",
      issue: "número|números",
      figure: "figura|figuras",
      paragraph: "parágrafo|parágrafos",
    },
    short: {
      "no date": "s.d.",
      edition: "ed.",
      page: "p.|pp.",
      volume: "vol.|vols.",
      issue: "n.º|n.os",
      chapter: "cap.|caps.",
      section: "sec.|secs.",
      editor: "org.|orgs.",
      translator: "trad.|trads.",
    },
    months: months("janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"),
    date: dayFirst(" de ", " de "),
    quotes: ["“", "”", "‘", "’"],
  },
  "pl-PL": {
    general: {
      and: "i",
      "and others": "i inni",
      "et-al": "i in.",
      in: "w",
      at: "w",
      from: "z",
      retrieved: "pobrano",
      accessed: "dostęp",
      cited: "cytowane",
      "available at": "dostępne na",
      "no date": "bez daty",
      "presented at": "zaprezentowano na",
      editor: "redaktor|redaktorzy",
      edition: "wydanie|wydania",
      ordinal: ".",
      page: "strona|strony",
      chapter: "rozdział|rozdziały",
      section: "sekcja|sekcje",
      volume: "tom|tomy",
      issue: "numer|numery",
      figure: "rysunek|rysunki",
      paragraph: "akapit|akapity",
    },
    short: {
      "no date": "b.d.",
      edition: "wyd.",
      page: "s.",
      volume: "t.",
      issue: "nr|nry",
      chapter: "rozdz.",
      section: "sekc.",
      editor: "red.",
      translator: "tłum.",
    },
    months: months(
      "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    ),
    date: dayFirst(" ", " "),
    quotes: ["„", "”", "«", "»"],
  },
  "zh-CN": {
    general: {
      and: "和",
      "and others": "等",
      "et-al": "等",
      in: "载于",
      at: "于",
      from: "取自",
      retrieved: "检索于",
      accessed: "访问于",
      cited: "引用于",
      "available at": "见于",
      "no date": "无日期",
      "presented at": "发表于",
      editor: "编",
      internet: "互联网",
      edition: `${ORDINAL}版`,
      ordinal: "",
      page: `${ORDINAL}页`,
      chapter: `${ORDINAL}章`,
      section: `${ORDINAL}节`,
      volume: `${ORDINAL}卷`,
      issue: `${ORDINAL}期`,
      figure: "图",
      paragraph: "段",
    },
    short: {
      "no date": "无日期",
      edition: `${ORDINAL}版`,
      page: `${ORDINAL}页`,
      volume: `${ORDINAL}卷`,
      issue: `${ORDINAL}期`,
      chapter: `${ORDINAL}章`,
      section: `${ORDINAL}节`,
      editor: "编",
      translator: "译",
    },
    months: numberedMonths(),
    date: yearFirst(),
    quotes: ["“", "”", "‘", "’"],
  },
  "ja-JP": {
    general: {
      and: "と",
      "and others": "ほか",
      "et-al": "ほか",
      at: "於",
      from: "取得元",
      retrieved: "取得日",
      accessed: "参照",
      cited: "参照",
      "available at": "入手先",
      "no date": "日付なし",
      "presented at": "発表：",
      editor: "編",
      internet: "インターネット",
      edition: `${ORDINAL}版`,
      ordinal: "",
      page: "ページ",
      chapter: `${ORDINAL}章`,
      section: `${ORDINAL}節`,
      volume: `${ORDINAL}巻`,
      issue: `${ORDINAL}号`,
      figure: "図",
      paragraph: "段落",
    },
    short: {
      "no date": "日付なし",
      edition: `${ORDINAL}版`,
      page: "p.|pp.",
      volume: `${ORDINAL}巻`,
      issue: `${ORDINAL}号`,
      chapter: `${ORDINAL}章`,
      section: `${ORDINAL}節`,
      editor: "編",
      translator: "訳",
    },
    months: numberedMonths(),
    date: yearFirst(),
    quotes: ["「", "」", "『", "』"],
  },
};

/**
 * XML of the locales that citation-js lacks, by language and region.
 * @param english XML of the American English locale, whose terms fill gaps, because citeproc-js fails on a missing term
 */
export function ownLocales(english: string): ReadonlyMap<string, string> {
  return new Map(Object.entries(LOCALES).map(([name, texts]) => [name, toXml(name, texts, english)]));
}

function months(words: string): readonly string[] {
  return words.split(" ");
}

function numberedMonths(): readonly string[] {
  return Array.from({ length: 12 }, (_, index) => `${index + 1}月`);
}

function dayFirst(afterDay: string, afterMonth: string): LocaleTexts["date"] {
  return [
    ["day", afterDay],
    ["month", afterMonth],
    ["year", ""],
  ];
}

function yearFirst(): LocaleTexts["date"] {
  return [
    ["year", "年"],
    ["month", ""],
    ["day", "日"],
  ];
}

function toXml(name: string, { general, short, months, date, quotes }: LocaleTexts, english: string): string {
  const text = date.map(([part, suffix]) => `<date-part name="${part}" suffix="${suffix}"/>`).join("");
  const startsWithYear = date[0]?.[0] === "year";
  // Styles also print the year alone, so the year has no sign of its own.
  const numeric = date.map(([part]) =>
    part === "year"
      ? '<date-part name="year"/>'
      : `<date-part name="${part}" form="numeric-leading-zeros" ${startsWithYear ? "prefix" : "suffix"}="-"/>`,
  );
  const marks = ["open-quote", "close-quote", "open-inner-quote", "close-inner-quote"];
  const terms = [
    ...Object.entries(general).map(([term, words]) => termXml(term, words, "")),
    ...Object.entries(short).map(([term, words]) => termXml(term, words, ' form="short"')),
    ...marks.map((mark, index) => termXml(mark, quotes[index] ?? "", "")),
    ...months.map((month, index) => termXml(`month-${String(index + 1).padStart(2, "0")}`, month, "")),
  ];
  const replaced = new Set(terms.map((term) => /^<[^>]*>/.exec(term)?.[0]));
  return english
    .replace(/xml:lang="[^"]*"/, `xml:lang="${name}"`)
    .replace(/punctuation-in-quote="true"/, 'punctuation-in-quote="false"')
    .replace(/<date form="text">.*?<\/date>/s, `<date form="text">${text}</date>`)
    .replace(/<date form="numeric">.*?<\/date>/s, `<date form="numeric">${numeric.join("")}</date>`)
    .replace(/(<term [^>]*>).*?<\/term>/gs, (term, head: string) =>
      replaced.has(head) || head.startsWith('<term name="ordinal') ? "" : term,
    )
    .replace("<terms>", `<terms>${terms.join("")}`);
}

/** Countable terms. CSL requires two forms of these, even if both are equal. */
const COUNTED: ReadonlySet<string> = new Set(
  "edition page volume issue chapter section figure paragraph editor translator".split(" "),
);

function termXml(name: string, text: string, form: string): string {
  if (!COUNTED.has(name)) return `<term name="${name}"${form}>${text}</term>`;
  const [single = "", multiple = single] = text.split("|");
  return `<term name="${name}"${form}><single>${single}</single><multiple>${multiple}</multiple></term>`;
}

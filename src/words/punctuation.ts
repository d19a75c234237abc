import { currentLanguage } from "../language.ts";

/** Punctuation marks between the parts of a text, each with the blanks that the language sets around it. */
interface Punctuation {
  /** Between the items of a list. */
  readonly list: string;
  /** Between two parts of a sentence. */
  readonly comma: string;
  readonly semicolon: string;
  readonly colon: string;
  /** At the end of a sentence. */
  readonly stop: string;
  /** Between two sentences. */
  readonly gap: string;
  /** Brackets around an aside. */
  readonly open: string;
  readonly close: string;
}

const LATIN: Punctuation = {
  list: ", ",
  comma: ", ",
  semicolon: "; ",
  colon: ": ",
  stop: ".",
  gap: " ",
  open: " (",
  close: ")",
};

const FULL_WIDTH = { semicolon: "；", colon: "：", stop: "。", gap: "", open: "（", close: "）" };

/**
 * Punctuation of languages that differ from LATIN. `Intl.ListFormat` is not used: its lists differ between versions of
 * ICU, and from the lists in the catalogues.
 */
const PUNCTUATION: Readonly<Record<string, Punctuation>> = {
  fr: { ...LATIN, semicolon: "\u00a0; ", colon: "\u00a0: " },
  zh: { ...FULL_WIDTH, list: "、", comma: "，" },
  ja: { ...FULL_WIDTH, list: "、", comma: "、" },
};

function signs(): Punctuation {
  const [language = ""] = currentLanguage().toLowerCase().split("-", 1);
  return PUNCTUATION[language] ?? LATIN;
}

/** Joins texts with a punctuation mark of the page's language: `a, b`, `a; b`; in Chinese `a、b`, `a；b`. */
export function join(texts: readonly string[], sign: "list" | "comma" | "semicolon"): string {
  return texts.join(signs()[sign]);
}

/** Joins two texts with a colon of the page's language: `head: text`. */
export function withColon(head: string, text: string): string {
  return `${head}${signs().colon}${text}`;
}

/** Adds an aside in brackets of the page's language: `text (aside)`. */
export function withAside(text: string, aside: string): string {
  const { open, close } = signs();
  return `${text}${open}${aside}${close}`;
}

/**
 * Puts a name in brackets of the page's language: `(other)`. Heapbook so marks its names for several things merged into
 * one.
 */
export function inParentheses(name: string): string {
  return withAside("", name).trimStart();
}

/** Ends a text with a full stop of the page's language. */
export function sentence(text: string): string {
  return `${text}${signs().stop}`;
}

/** Joins whole sentences, with a blank between them if the language uses blanks. */
export function joinSentences(sentences: readonly string[]): string {
  return sentences.join(signs().gap);
}

/** Joins sentences and leaves the last one without a full stop, as in a note: `2 more rows. Rounded`. */
export function joinClauses(clauses: readonly string[]): string {
  const { stop, gap } = signs();
  return clauses.join(stop + gap);
}

/**
 * Capitalizes the first letter, to begin a sentence. Chinese and Japanese have no capitals; there a Latin name at the
 * start stays unchanged.
 */
export function capitalize(text: string): string {
  return signs().stop === LATIN.stop ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

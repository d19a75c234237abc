import { currentLanguage } from "../language.ts";

/** The signs between the parts of a text, each with the blanks that the language sets around it. */
interface Punctuation {
  /** Between the members of a list. */
  readonly list: string;
  /** Between the parts of a sentence. */
  readonly comma: string;
  readonly semicolon: string;
  readonly colon: string;
  /** At the end of a sentence. */
  readonly stop: string;
  /** Between two sentences. */
  readonly gap: string;
  /** Around an aside. */
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

/** By language, where it differs from LATIN. Not `Intl.ListFormat`: its lists differ between versions of ICU, and from those of the texts. */
const PUNCTUATION: Readonly<Record<string, Punctuation>> = {
  fr: { ...LATIN, semicolon: "\u00a0; ", colon: "\u00a0: " },
  zh: { ...FULL_WIDTH, list: "、", comma: "，" },
  ja: { ...FULL_WIDTH, list: "、", comma: "、" },
};

function signs(): Punctuation {
  const [language = ""] = currentLanguage().toLowerCase().split("-", 1);
  return PUNCTUATION[language] ?? LATIN;
}

/** Joins texts by a sign of the page's language: `a, b`, `a; b`; in Chinese `a、b`, `a；b`. */
export function join(texts: readonly string[], sign: "list" | "comma" | "semicolon"): string {
  return texts.join(signs()[sign]);
}

/** `head: text`, in the signs of the page's language. */
export function withColon(head: string, text: string): string {
  return `${head}${signs().colon}${text}`;
}

/** `text (aside)`, in the signs of the page's language. */
export function withAside(text: string, aside: string): string {
  const { open, close } = signs();
  return `${text}${open}${aside}${close}`;
}

/** `(name)`, a name that Heapbook gives to the sum of several things, in the signs of the page's language. */
export function inParentheses(name: string): string {
  return withAside("", name).trimStart();
}

/** A text with the full stop of the page's language. */
export function sentence(text: string): string {
  return `${text}${signs().stop}`;
}

/** Joins whole sentences: a blank is between them, but for languages without blanks. */
export function joinSentences(sentences: readonly string[]): string {
  return sentences.join(signs().gap);
}

/** Joins sentences of which the last has no stop, as in a note: `2 more rows. Rounded`. */
export function joinClauses(clauses: readonly string[]): string {
  const { stop, gap } = signs();
  return clauses.join(stop + gap);
}

/** The text with a capital first letter, to begin a sentence. Chinese and Japanese have none: a name of the author's would change. */
export function capitalize(text: string): string {
  return signs().stop === LATIN.stop ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

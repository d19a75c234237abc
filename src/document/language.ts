/** A code of BCP 47 (`de-DE`), or the same as systems name locales: `de_DE`, `de_DE.UTF-8`. */
export const LANGUAGE_CODE = /^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*(?:\.[A-Za-z0-9-]{1,12})?$/;

/** The code of BCP 47: `de-DE` for `de_DE.UTF-8`. */
export function languageCode(written: string): string {
  const [code = ""] = written.split(".", 1);
  return code.replaceAll("_", "-");
}

/** Language codes by names that authors may write instead: English names and the languages' own. */
const NAMES: Readonly<Record<string, string>> = {
  en: "english",
  de: "deutsch german",
  fr: "français francais french",
  es: "español espanol spanish",
  it: "italiano italian",
  pt: "português portugues portuguese",
  pl: "polski polish",
  nl: "nederlands dutch",
  zh: "中文 chinese",
  ja: "日本語 japanese",
};

/**
 * The language code for a name: `de` for `deutsch`, `German` and `ger`. Undefined for a text of two or three letters
 * that is a code already, and for languages without a catalogue in Heapbook.
 */
export function codeOfName(lang: string): string | undefined {
  const [first = ""] = lang.toLowerCase().split(/[-_ ]/, 1);
  const isShort = first.length === 3 && /^[a-z]+$/.test(first);
  const found = Object.entries(NAMES).find(([, names]) =>
    names.split(" ").some((name) => name === first || (isShort && name.startsWith(first))),
  );
  return found?.[0];
}

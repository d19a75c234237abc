import { describe, expect, it, test } from "vitest";
import { nameAnchor } from "../../../src/render/prose/anchors.ts";
import { formatDate } from "../../../src/render/text/date.ts";
import { LANGUAGES_WITH_WORDS, pageWords } from "../../../src/words/page-words.ts";

test("every language of the documentation has words", () => {
  expect([...LANGUAGES_WITH_WORDS].sort()).toEqual(["de", "en", "es", "fr", "it", "ja", "nl", "pl", "pt", "zh"]);
});

describe.each(LANGUAGES_WITH_WORDS)("%s", (lang) => {
  it("has every word", () => {
    const words = Object.entries(pageWords(lang));
    expect(words.length).toBe(Object.keys(pageWords("en")).length);
    expect(words.filter(([, word]) => word.trim() === "")).toEqual([]);
  });
});

test.each([
  ["en", "Figure\u00a01"],
  ["en-GB", "Figure\u00a01"],
  ["de", "Abbildung\u00a01"],
  ["de-AT", "Abbildung\u00a01"],
  ["ja", "図\u00a01"],
  ["ZH-hans", "图\u00a01"],
  ["fi", "Figure\u00a01"],
  ["constructor", "Figure\u00a01"],
])("a figure in %s is %s", (lang, name) => {
  expect(nameAnchor({ label: "fig-a", kind: "fig", number: "1", position: { file: "", line: 1 } }, lang)).toBe(name);
});

test("a section with a letter is an appendix", () => {
  const anchor = { label: "sec-a", kind: "sec", number: "A.1", position: { file: "", line: 1 } } as const;
  expect([nameAnchor(anchor, "en"), nameAnchor(anchor, "de")]).toEqual(["Appendix\u00a0A.1", "Anhang\u00a0A.1"]);
});

test.each([
  ["en", "22 November 2026"],
  ["en-US", "November 22, 2026"],
  ["de", "22. November 2026"],
  ["fr", "22 novembre 2026"],
  ["es", "22 de noviembre de 2026"],
  ["it", "22 novembre 2026"],
  ["pt", "22 de novembro de 2026"],
  ["pl", "22 listopada 2026"],
  ["nl", "22 november 2026"],
  ["zh", "2026年11月22日"],
  ["ja", "2026年11月22日"],
  ["fi", "22 November 2026"],
])("a date in %s is %s", (lang, text) => {
  expect(formatDate("2026-11-22", lang)).toBe(text);
});

import { describe, expect, test } from "vitest";
import { inLanguage } from "../../../src/language.ts";
import { METRICS } from "../../../src/results/metric-catalog.ts";
import { CATALOGUES, type TextKey, textIn } from "../../../src/words/catalogues.ts";
import { EN } from "../../../src/words/en.ts";
import { isOwnWording, nameEstimate, nameNote } from "../../../src/words/metric-names.ts";
import { capitalize, join, joinSentences, sentence, withAside, withColon } from "../../../src/words/punctuation.ts";
import { say, sayList } from "../../../src/words/say.ts";

test("the label of every metric of the table is a text of the catalogue, so that pages in other languages have it", () => {
  expect(METRICS.map(({ label }) => label).filter((label) => !isOwnWording(label))).toEqual([]);
});

/** Forms of a text that counts, by language. */
const FORMS: Readonly<Record<string, number>> = { pl: 3, zh: 1, ja: 1 };

const namesIn = (text: string): readonly string[] =>
  [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name))].sort();

describe.each(Object.keys(CATALOGUES))("the catalogue %s", (lang) => {
  const keys = Object.keys(EN) as TextKey[];

  test("has each value of each text", () => {
    const wrong = keys.filter((key) => {
      const names = namesIn(CATALOGUES[lang]?.[key] ?? "");
      // A form for one may leave the number out.
      return JSON.stringify(names) !== JSON.stringify(namesIn(EN[key]));
    });
    expect(wrong).toEqual([]);
  });

  test("has the forms of the language for each text that counts", () => {
    const wrong = keys.filter((key) => {
      const forms = CATALOGUES[lang]?.[key].split("|").length ?? 0;
      return EN[key].includes("|") && !(forms === 1 && FORMS[lang] !== 3) && forms !== (FORMS[lang] ?? 2);
    });
    expect(wrong).toEqual([]);
    expect(keys.filter((key) => !EN[key].includes("|") && CATALOGUES[lang]?.[key].includes("|"))).toEqual([]);
  });
});

test("a text has its values, in the signs of the language, and English where there is no catalogue", () => {
  expect(say("trials", { n: 1200 })).toBe("1,200 trials");
  expect(inLanguage("de-AT", () => say("trials", { n: 1200 }))).toBe("1.200 Versuche");
  expect(inLanguage("fr", () => say("trials", { n: 0 }))).toBe("0 essai");
  expect(inLanguage("sv", () => [say("trials", { n: 0 }), say("trials", { n: 1 })])).toEqual(["0 trials", "1 trial"]);
  expect(textIn("fi", "trials", 5)).toBe("{n} trials");
});

test("lists have the word of the language before the last", () => {
  expect([sayList([]), sayList(["a"]), sayList(["a", "b"]), sayList(["a", "b", "c"])]).toEqual([
    "",
    "a",
    "a and b",
    "a, b and c",
  ]);
  expect(inLanguage("de", () => sayList(["1", "2", "6"], "listOr"))).toBe("1, 2 oder 6");
  expect(inLanguage("zh", () => sayList(["1", "2", "6"], "listOr"))).toBe("1、2或6");
  expect(inLanguage("ja-JP", () => sayList(["a", "b", "c"]))).toBe("a、bとc");
});

test("parts of a text have the punctuation of the language between them", () => {
  const parts = (): readonly string[] => [
    join(["a", "b"], "list"),
    join(["a", "b"], "comma"),
    join(["a", "b"], "semicolon"),
    withColon("a", "b"),
    withAside("a", "b"),
    joinSentences([sentence("a"), sentence("b")]),
  ];
  expect(parts()).toEqual(["a, b", "a, b", "a; b", "a: b", "a (b)", "a. b."]);
  expect(inLanguage("fr-CH", parts)).toEqual(["a, b", "a, b", "a\u00a0; b", "a\u00a0: b", "a (b)", "a. b."]);
  expect(inLanguage("zh-CN", parts)).toEqual(["a、b", "a，b", "a；b", "a：b", "a（b）", "a。b。"]);
  expect(inLanguage("ja", parts)).toEqual(["a、b", "a、b", "a；b", "a：b", "a（b）", "a。b。"]);
});

test("a sentence begins with a capital letter, where the script has any", () => {
  expect([capitalize("wall time"), inLanguage("pl", () => capitalize("średnia"))]).toEqual(["Wall time", "Średnia"]);
  expect(inLanguage("ja", () => capitalize("on別の経過時間"))).toBe("on別の経過時間");
});

test("labels of estimates are ours where they name our metrics; others stay the author's", () => {
  inLanguage("de", () => {
    expect(nameEstimate("ratio of wall time ÷ peak live memory")).toBe(
      "Verhältnis: Laufzeit ÷ Spitze des lebenden Speichers",
    );
    expect(nameEstimate("steps of the walk")).toBe("steps of the walk");
    expect(nameNote("enough for gc, with a margin of 5 %")).toBe("genug für gc, mit einem Spielraum von 5\u00a0%");
    expect(nameNote("unoptimised code")).toBe("nicht optimierter Code");
    expect(nameNote("cold: one call")).toBe("kalt: ein Aufruf");
    expect(nameNote("one call after 3 of warm-up")).toBe("ein Aufruf nach 3 zum Aufwärmen");
    expect(nameNote("steady: 12 iterations after 3 of warm-up")).toBe(
      "eingeschwungen: 12 Durchläufe nach 3 zum Aufwärmen",
    );
  });
  // What the probe writes stays as it is in English, for the terminal and for results.
  for (const note of ["cold: one call", "one call after 3 of warm-up", "steady: 12 iterations after 3 of warm-up"])
    expect(nameNote(note)).toBe(note);
});

test("no line of French breaks before a colon, a semicolon, an exclamation or question mark", () => {
  const broken = (Object.keys(EN) as TextKey[]).filter((key) => / [:;!?](?: |$)/.test(textIn("fr", key, 2)));
  expect(broken).toEqual([]);
  expect(textIn("fr", "functionOnlyNote", 1)).toContain("total\u00a0; connus");
});

test("a German interval has no hyphen after a blank", () => {
  const broken = (Object.keys(EN) as TextKey[]).filter((key) => /percent\}-/.test(textIn("de", key, 1)));
  expect(broken).toEqual([]);
});

test("no line breaks between a number and its per cent sign, or inside of guillemets", () => {
  for (const lang of Object.keys(CATALOGUES))
    for (const key of Object.keys(EN) as TextKey[]) expect(textIn(lang, key, 1)).not.toMatch(/[\d}] %|« | »/);
  expect(textIn("en", "intervalOf95", 1)).toBe("95\u00a0% interval");
});

test.each([
  ["fr", "lignes identiques : 1 sur 2"],
  ["it", "righe uguali: 1 di 2"],
  ["es", "líneas iguales: 1 de 2"],
  ["pt", "linhas iguais: 1 de 2"],
  ["de", "gleiche Zeilen: 1 von 2"],
  ["nl", "gelijke regels: 1 van 2"],
])("counts one of two lines without a plural for the one: %s", (lang, text) => {
  const said = inLanguage(lang, () => say("recordedSame", { same: 1, n: 2 }));
  expect(said.replaceAll(/[\u00a0\u202f]/g, " ")).toContain(text);
});

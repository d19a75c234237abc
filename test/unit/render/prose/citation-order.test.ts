import { expect, test } from "vitest";
import { ORDINAL, orderCitation, orderReference } from "../../../../src/render/prose/citation-order.ts";
import { loadCiteproc } from "../../../../src/render/prose/citeproc.ts";

/** The citation `[@key, chap. 3]` and the references in APA's style. */
async function format(lang: string): Promise<{ readonly text: string; readonly references: readonly string[] }> {
  const { parseBibtex, styles, format: formatAll } = await loadCiteproc();
  const entries = parseBibtex(
    `@book{jones, author = {Jones, Richard}, title = {Collection; a book}, edition = {2}, year = {1996}}
@online{web, author = {Degenbaev, Ulan}, title = {Orinoco}, date = {2017-08-30}}`,
  );
  const item = { prefix: "", suffix: "", suppressAuthor: false };
  const citation = {
    raw: "x",
    items: [
      { ...item, key: "jones", locator: "3", label: "chapter" },
      { ...item, key: "web", locator: undefined, label: "page" },
    ],
    narrative: false,
    position: { file: "r.md", line: 1 },
  };
  const byKey = new Map(entries.map((entry) => [entry.id, entry]));
  const { texts, references } = formatAll([citation], byKey, { name: "apa", xml: styles.get("apa") ?? "", lang });
  const plain = (html = ""): string => html.replace(/<[^>]*>/g, "");
  return { text: plain(texts.get("x")), references: references.map(({ html }) => plain(html)) };
}

test.each([
  ["en", "Jones, 1996, Chapter 3", "; ", "(2017, August 30)", "(2nd ed.)"],
  ["de", "Jones, 1996, Kapitel 3", "; ", "(2017, 30. August)", "(2. Aufl.)"],
  ["fr", "Jones, 1996, chapitre 3", "\u00a0; ", "(2017, 30 août)", "(2e éd.)"],
  ["es", "Jones, 1996, capítulo 3", "; ", "(2017, 30 de agosto)", "(2.a ed.)"],
  ["it", "Jones, 1996, capitolo 3", "; ", "(2017, 30 agosto)", "(2a ed.)"],
  ["pt", "Jones, 1996, capítulo 3", "; ", "(2017, 30 de agosto)", "(2a ed.)"],
  ["pl", "Jones, 1996, rozdział 3", "; ", "(2017, 30 sierpnia)", "(2. wyd.)"],
  ["nl", "Jones, 1996, hoofdstuk 3", "; ", "(2017, 30 augustus)", "(2de dr.)"],
  ["zh", "Jones, 1996, 第3章", "; ", "(2017年8月30日)", "(第2版)"],
  ["ja", "Jones, 1996, 第3章", "; ", "(2017年8月30日)", "(第2版)"],
])("citations in %s have the order of the language", async (lang, chapter, separator, date, edition) => {
  const { text, references } = await format(lang);
  expect(text).toBe(`(Degenbaev, 2017${separator}${chapter})`);
  expect(references[0]).toBe(`Degenbaev, U. ${date}. Orinoco.`);
  expect(references[1]).toContain(`Collection; a book ${edition}`);
});

test("no mark of an ordinal stays, and entities and words of authors do", () => {
  expect(orderCitation(`(A &#38; B, ${ORDINAL}页 12–14)`, "zh")).toBe("(A &#38; B, 第12–14页)");
  expect(orderReference(`${ORDINAL}章, ${ORDINAL}版`, "zh")).toBe("章, 版");
  expect(orderCitation("(A &#38; B &amp; C, see Chapter X; D)", "fr")).toBe(
    "(A &#38; B &amp; C, see Chapter X\u00a0; D)",
  );
  expect(orderReference("A. (2001). Part. In: B. (2001, Band)", "de")).toBe("A. (2001). Part. In: B. (2001, Band)");
});

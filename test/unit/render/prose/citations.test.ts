import { beforeAll, describe, expect, it, vi } from "vitest";
import type { TextCache } from "../../../../src/model/text-cache.ts";
import { readCitations } from "../../../../src/render/prose/citations.ts";
import { loadCiteproc } from "../../../../src/render/prose/citeproc.ts";
import { makeReportFolder } from "../../../helpers/report-folder.ts";

const BIB = `@book{jones2011,
  author = {Jones, Richard and Hosking, Antony},
  title = {The Handbook},
  year = 2011
}

@article{ungar1984, author = {Ungar, David}, title = {Scavenging}, journal = {J}, year = {1984}, pages = {157--167}}
`;

const STYLE = `<?xml version="1.0" encoding="utf-8"?>
<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">
  <info><title>Test</title><id>http://example.org/test</id><updated>2026-01-01T00:00:00+00:00</updated></info>
  <citation><layout prefix="{" suffix="}" delimiter=" + "><text variable="title"/></layout></citation>
  <bibliography><layout><text variable="title"/></layout></bibliography>
</style>`;

function noCache(): TextCache {
  const texts = new Map<string, string>();
  return { get: (key) => texts.get(key), set: (key, text) => void texts.set(key, text) };
}

/** What a body cites, with these files beside the report. */
async function read(
  body: string,
  files: Readonly<Record<string, string>> = { "s.bib": BIB },
  front = "bibliography: s.bib",
  cache = noCache(),
) {
  const folder = makeReportFolder();
  for (const [name, text] of Object.entries(files)) folder.write(name, text);
  const { citations, errors, warnings } = await readCitations(
    folder.report(`---\ntitle: T\n${front}\n---\n${body}\n`),
    cache,
  );
  const places = [...errors, ...warnings].map(
    ({ code, position }) => `${code} ${position?.file.split("/").at(-1)}:${position?.line}`,
  );
  return {
    texts: [...(citations?.texts.values() ?? [])],
    references: citations?.references ?? [],
    errors,
    warnings,
    places,
  };
}

// The formatter takes seconds to build a style on a busy machine.
vi.setConfig({ testTimeout: 60_000 });
beforeAll(loadCiteproc, 60_000);

describe("citations", () => {
  it("warn of commands of TeX that nothing reads, at their lines, in each render, of what is cited only", async () => {
    const bib =
      "@book{a,\n  title = {Fine},\n  note = {\\quux},\n  publisher = {\\foo{x} \\& Co}\n}\n@book{b, title = {\\bar}}\n";
    const cache = noCache();
    for (const _ of [1, 2]) {
      const { places, warnings } = await read("[@a]", { "s.bib": bib }, undefined, cache);
      expect(places).toEqual(["stray-markup s.bib:4"]);
      expect(warnings[0]?.message).toContain("`\\foo` of TeX in the entry `a`");
    }
  });

  it("are written in the style, and list what is cited only", async () => {
    const { texts, references } = await read("[@ungar1984, p. 160] and @ungar1984");
    expect(texts).toEqual(["(Ungar, 1984, p. 160)", "Ungar (1984)"]);
    expect(references).toEqual([
      { id: "ungar1984", html: "Ungar, D. (1984). Scavenging. <i>J</i>, 157–167.", number: undefined },
    ]);
  });

  it("have numbers in numeric styles, in the order of the text, and authors in a sentence", async () => {
    const { texts, references } = await read(
      "[@ungar1984; @jones2011] @jones2011",
      undefined,
      "bibliography: s.bib\ncsl: vancouver",
    );
    expect(texts).toEqual(["(1,2)", "Jones &amp; Hosking (2)"]);
    expect(references.map(({ id, number }) => [id, number])).toEqual([
      ["ungar1984", "1."],
      ["jones2011", "2."],
    ]);
  });

  it("follow a style of a file", async () => {
    const { texts } = await read(
      "[@ungar1984; @jones2011]",
      { "s.bib": BIB, "t.csl": STYLE },
      "bibliography: s.bib\ncsl: t.csl",
    );
    expect(texts).toEqual([
      '{<a class="cite" href="#ref-ungar1984">Scavenging</a> + <a class="cite" href="#ref-jones2011">The Handbook</a>}',
    ]);
  });

  it("speak the language of the report", async () => {
    const { texts } = await read("[@ungar1984, p. 160; @jones2011]", undefined, "bibliography: s.bib\nlang: de");
    expect(texts).toEqual([
      '(<a class="cite" href="#ref-jones2011">Jones &#38; Hosking, 2011</a>; <a class="cite" href="#ref-ungar1984">Ungar, 1984, S. 160</a>)',
    ]);
  });

  it.each([
    ["it", "2<sup>a</sup> ed.", "Cur.", "s.d.", "pp. 16–18"],
    ["pt-BR", "2<sup>a</sup> ed.", "Org.", "s.d.", "pp. 16–18"],
    ["pl", "2. wyd.", "Red.", "b.d.", "s. 16–18"],
    ["zh", "第2版", "编", "无日期", "第16–18页"],
    ["ja", "第2版", "編", "日付なし", "pp. 16–18"],
  ])("have the terms of %s in the text and in the list", async (lang, edition, editor, noDate, pages) => {
    const bib =
      "@book{a, author = {Ash, B}, title = {Heaps}, year = 2011, edition = 2}\n" +
      "@incollection{b, author = {Elm, C}, editor = {Fir, D}, title = {Part}, booktitle = {Whole}, pages = {1--9}}\n" +
      "@article{c, author = {Oak, E and others}, title = {Words}, journal = {J}, year = 2001}\n";
    const front = `bibliography: s.bib\nlang: ${lang}`;
    const { texts, references } = await read("[@a, pp. 16-18; @b; @c]", { "s.bib": bib }, front);
    const list = references.map(({ html }) => html).join("\n");
    expect(list).toContain(`(${edition})`);
    expect(list).toContain(`(${editor})`);
    expect(list).toContain(`(${noDate})`);
    expect(texts.join("")).toContain(pages);
    expect(`${list} ${texts.join("")}`).not.toMatch(/\b(?:Eds?\.|n\.d\.|others|2nd)/);
    // The year alone has no sign of a date beside it.
    expect(list).toContain("(2011)");
  });

  it("of a source with HTML in its title are text", async () => {
    const json = '[{ "id": 7, "type": "book", "title": "<script>x</script>", "URL": "javascript:alert(1)" }]';
    const { references } = await read("[@7]", { "s.json": json }, "bibliography: s.json");
    expect(references[0]?.html).toContain("&#60;script&#62;");
    expect(references[0]?.html).not.toContain('href="javascript');
  });
});

describe("the cache", () => {
  it("holds the texts until the bibliography, the style or the language changes", async () => {
    const cache = noCache();
    const fresh = await read("[@jones2011]", undefined, undefined, cache);
    expect(await read("[@jones2011]", undefined, undefined, cache)).toEqual(fresh);
    const changed = { "s.bib": BIB.replace("2011\n", "2012\n") };
    expect((await read("[@jones2011]", changed, undefined, cache)).texts).toEqual(["(Jones &#38; Hosking, 2012)"]);
    const styled = { "s.bib": BIB, "t.csl": STYLE };
    const front = "bibliography: s.bib\ncsl: t.csl";
    expect((await read("[@jones2011]", styled, front, cache)).texts).toEqual(["{The Handbook}"]);
    const restyled = { ...styled, "t.csl": STYLE.replace('prefix="{"', 'prefix="("') };
    expect((await read("[@jones2011]", restyled, front, cache)).texts).toEqual(["(The Handbook}"]);
  });
});

describe("mistakes", () => {
  it.each([
    ["an unknown key", "x\n\n[@jones2010]", {}, ["unknown-citation report.md:7"], "Did you mean `jones2011`?"],
    [
      "a missing file",
      "x",
      { file: "no.bib" },
      ["bibliography-not-found report.md:3"],
      "relative to the report's folder",
    ],
    ["a file of another type", "x", { file: "s.txt" }, ["broken-bibliography report.md:3"], ".bib"],
    [
      "a missing style",
      "[@jones2011]",
      { csl: "ieee" },
      ["bibliography-not-found report.md:4"],
      "apa, vancouver, harvard1",
    ],
    [
      "a missing comma",
      "[@jones2011]",
      { bib: "@book{jones2011,\n  title = {a}\n  year = 1\n}\n" },
      ["broken-bibliography s.bib:3"],
      "name = {value}",
    ],
    [
      "an open brace",
      "[@b]",
      { bib: "@book{a, title = {x}\n\n@book{b, title = {y}}\n" },
      ["broken-bibliography s.bib:1"],
      "closed",
    ],
    ["no key", "x", { bib: "\n@book{, title = {x}}\n" }, ["broken-bibliography s.bib:2"], "closed"],
  ])(
    "%s",
    async (_, body, {
      file = "s.bib",
      csl,
      bib = BIB,
    }: { file?: string; csl?: string; bib?: string }, places, hint) => {
      const front = `bibliography: ${file}${csl === undefined ? "" : `\ncsl: ${csl}`}`;
      const found = await read(body, { "s.bib": bib }, front);
      expect(found.places).toEqual(places);
      expect(found.errors[0]?.hint).toContain(hint);
    },
  );

  it("name the entry", async () => {
    const { errors } = await read("x", { "s.bib": "@book{handbook,\n  title {a}\n}\n" });
    expect(errors.map(({ message }) => message)).toEqual([
      "The entry `handbook` of the bibliography cannot be read: `=` after the name of a field is missing.",
    ]);
  });

  it("of a broken style are one error", async () => {
    const { places } = await read(
      "[@ungar1984]",
      { "s.bib": BIB, "t.csl": "<style/>" },
      "bibliography: s.bib\ncsl: t.csl",
    );
    expect(places).toEqual(["broken-bibliography report.md:4"]);
  });
});

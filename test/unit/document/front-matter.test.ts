import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { overrideParams, readFrontMatter } from "../../../src/document/front-matter.ts";
import { UserErrors } from "../../../src/errors.ts";
import { problemsOf } from "./problems.ts";

/** The front matter of a report without mistakes; throws those that it has. */
function readWhole(source: string) {
  const { frontMatter, errors, bodyLine } = readFrontMatter(source, "report.md");
  if (errors.length > 0) throw new UserErrors(errors);
  return { frontMatter, bodyLine };
}
const parse = (yaml: string) => readWhole(`---\n${yaml}\n---\n\nText.\n`).frontMatter;
const problems = (yaml: string) => problemsOf(() => parse(yaml));

const author = (name: string) => ({ name, affiliations: [], email: undefined, orcid: undefined, id: undefined });

describe("front matter", () => {
  it("reads every key", () => {
    const yaml = [
      "title: Memory usage",
      "subtitle: From counts to heaps",
      "author: [Ada, Bob]",
      "date: 2026-11-22",
      "abstract: |",
      "  Two lines",
      "  of text.",
      "lang: en-GB",
      "params: { blocks: 20, mode: saved, deep: true }",
      "execute: { trials: 3, timeout: 500ms, echo: false, error: true, runtime: node@22, python: pyodide, freeze: true, inherit-env: false }",
      "format: { html: { toc: false, code-fold: true, theme: dark, interactive: false, number-sections: false } }",
      "print: { code: false, data: true, folds: open }",
      'key-figure: "{{value x}}"',
    ];
    expect(parse(yaml.join("\n"))).toEqual({
      title: "Memory usage",
      print: { code: false, data: true, folds: "open" },
      keyFigure: "{{value x}}",
      subtitle: "From counts to heaps",
      authors: [author("Ada"), author("Bob")],
      date: "2026-11-22",
      abstract: "Two lines\nof text.",
      lang: "en-GB",
      bibliography: [],
      csl: undefined,
      coursework: {
        course: undefined,
        instructors: [],
        institution: undefined,
        keywords: [],
        titlePage: false,
        logo: undefined,
        declaration: undefined,
      },
      custom: {},
      params: { blocks: 20, mode: "saved", deep: true },
      execute: {
        trials: 3,
        timeoutMs: 500,
        echo: false,
        metricsTable: true,
        linesTable: true,
        error: true,
        runtime: "node@22",
        python: "pyodide",
        freeze: true,
        inheritEnv: false,
      },
      html: { toc: false, codeFold: true, theme: "dark", interactive: false, numberSections: false },
    });
  });

  it("fills in the documented defaults", () => {
    expect(parse("title: T")).toEqual({
      title: "T",
      print: { code: true, data: false, folds: "closed" },
      subtitle: undefined,
      authors: [],
      date: undefined,
      abstract: undefined,
      lang: "en",
      bibliography: [],
      csl: undefined,
      coursework: {
        course: undefined,
        instructors: [],
        institution: undefined,
        keywords: [],
        titlePage: false,
        logo: undefined,
        declaration: undefined,
      },
      custom: {},
      params: {},
      execute: {
        trials: 6,
        timeoutMs: 60_000,
        echo: true,
        metricsTable: true,
        linesTable: true,
        error: false,
        runtime: "node",
        python: "auto",
        freeze: false,
        inheritEnv: true,
      },
      html: { toc: true, codeFold: false, theme: "auto", interactive: "auto", numberSections: true },
    });
  });

  it("reads authors with details, and keeps the zeros of a number", () => {
    const ada =
      "{ name: Ada, affiliation: [U, I], email: a@b.c, orcid: https://orcid.org/0000-0002-1825-0097, id: 0012 }";
    const details = { affiliations: ["U", "I"], email: "a@b.c", orcid: "0000-0002-1825-0097", id: "0012" };
    expect(parse(`title: T\nauthor: [${ada}, Bob]`).authors).toEqual([{ name: "Ada", ...details }, author("Bob")]);
    expect(parse(`title: T\nauthor: ${ada}`).authors).toEqual([{ name: "Ada", ...details }]);
    expect(parse("title: T\nauthor: Ada").authors).toEqual([author("Ada")]);
    expect(parse('title: T\nauthor: { name: A, id: "B 7" }').authors[0]?.id).toBe("B 7");
  });

  it("reads coursework and anything under `custom`", () => {
    const { coursework, custom } = parse(
      "title: T\ncourse: C\ninstructor: D\ninstitution: U\nkeywords: [a, b]\ntitle-page: true\nlogo: l.svg\ndeclaration: Own.\ncustom: { a: [1] }",
    );
    expect(coursework).toMatchObject({
      course: "C",
      instructors: ["D"],
      institution: "U",
      keywords: ["a", "b"],
      titlePage: true,
      logo: { path: "l.svg", position: { line: 8 } },
      declaration: "Own.",
    });
    expect(custom).toEqual({ a: [1] });
  });

  it("reads the files of sources, with their lines", () => {
    const { bibliography, csl } = parse("title: T\nbibliography: [a.bib, b.json]\ncsl: ieee.csl");
    expect(bibliography.map(({ path, position }) => [path, position.line])).toEqual([
      ["a.bib", 3],
      ["b.json", 3],
    ]);
    expect([csl?.path, csl?.position.line]).toEqual(["ieee.csl", 4]);
    expect(parse("title: T\nbibliography: a.bib").bibliography.map(({ path }) => path)).toEqual(["a.bib"]);
  });

  it("fills in the defaults of a mapping written in part", () => {
    expect(parse("title: T\nexecute: { trials: 2 }").execute).toMatchObject({ trials: 2, timeoutMs: 60_000 });
    expect(parse("title: T\nformat: { html: { toc: false } }").html).toMatchObject({ toc: false, theme: "auto" });
  });

  it.each([
    ["\uFEFF---\ntitle: T\n---\nText", 4],
    ["---\r\ntitle: T\r\n---\r\nText", 4],
    ["---\rtitle: T\r---\rText", 4],
    ["---  \ntitle: T\n...\nText", 4],
    ["---\ntitle: T\nauthor: A\n---", 5],
  ])("tolerates byte-order marks and line ends: %j", (source, bodyLine) => {
    const read = readWhole(source);
    expect(read.frontMatter.title).toBe("T");
    expect(read.bodyLine).toBe(bodyLine);
  });

  it.each([
    ["title: T\nauthr: A", "unknown-front-matter-key:3", "Did you mean `author`?"],
    ["title: T\nexecute:\n  trails: 3", "unknown-front-matter-key:4", "Did you mean `trials`?"],
    [
      "title: T\nexecute: { interpreter: node }",
      "unknown-front-matter-key:3",
      "Known keys here: trials, timeout, echo, metrics-table, lines-table, error, runtime, python, freeze, inherit-env.",
    ],
    ["title: T\nformat:\n  html:\n    tocs: true", "unknown-front-matter-key:5", "Did you mean `toc`?"],
    ["title: T\nformat:\n  hmtl: {}", "unknown-front-matter-key:4", "Did you mean `html`?"],
    ["title: 2026", "invalid-front-matter:2", 'Put it in quotes: "2026".'],
    ["title: A: B\n", "broken-yaml:2", 'Put text that contains a colon in quotes: "part one: …".'],
    ["title: T\nlang: de\nlang: fr", "broken-yaml:4", "Remove one of the two, or join their values."],
    ["title: T\nsubtitle: !x y", "broken-yaml:3", 'Put text that begins with ! in quotes: "!text".'],
    ['title: "a\\q"', "broken-yaml:2", "Write a backslash between double quotes twice, or use single quotes."],
  ])("%j gives %s with a hint", (yaml, place, hint) => {
    const { errors, places } = problems(yaml);
    expect(places).toEqual([place]);
    expect(errors[0]?.hint).toBe(hint);
  });

  it.each([
    ["author: A", "missing-title:1"],
    ["title:", "missing-title:2"],
    ["title: ''", "invalid-front-matter:2"],
    ["title: T\ndate: 2026-02-30", "invalid-front-matter:3"],
    ["title: T\ndate: 22 November", "invalid-front-matter:3"],
    ["title: T\nlang: 5", "invalid-front-matter:3"],
    ["title: T\nparams: [1]", "invalid-front-matter:3"],
    ["title: T\nparams:\n  a: 1\n  b: { c: 1 }", "invalid-front-matter:5"],
    ["title: T\nparams: { a: .nan }", "invalid-front-matter:3"],
    ["title: T\nparams: { 1a: 1 }", "invalid-front-matter:3"],
    ["title: T\nparams: { __proto__: 1 }", "broken-yaml:3"],
    ["title: T\nexecute: 5", "invalid-front-matter:3"],
    ["title: T\nexecute: { trials: 1.5 }", "invalid-front-matter:3"],
    ["title: T\nexecute: { timeout: soon }", "invalid-front-matter:3"],
    ["title: T\nexecute: { runtime: 22 }", "invalid-front-matter:3"],
    ["title: T\nexecute: { runtime: deno }", "invalid-front-matter:3"],
    ["title: T\nexecute: { python: 3.12 }", "invalid-front-matter:3"],
    ["title: T\nexecute: { python: conda }", "invalid-front-matter:3"],
    ["title: T\nformat: { html: { theme: drak } }", "invalid-front-matter:3"],
    ["title: T\nauthor:\n  - A\n  - 5", "invalid-front-matter:5"],
    ["title: T\nauthor: { affiliation: U }", "invalid-front-matter:3"],
    ["title: T\nauthor:\n  - { name: A, orcid: 0000-0002-1825-0098 }", "invalid-front-matter:4"],
    ["title: T\nauthor:\n  - { name: A, email: a }", "invalid-front-matter:4"],
    ["title: T\nauthor:\n  - { name: A, emial: a@b.c }", "unknown-front-matter-key:4"],
    ["title: T\ntitle-page: maybe", "invalid-front-matter:3"],
    ["title: T\ncustom: 5", "invalid-front-matter:3"],
    ["title: T: U", "broken-yaml:2"],
    ["title: T\nabstract: {{x}}", "broken-yaml:3"],
    ["title: T\ntitle: U", "broken-yaml:3"],
    ["title: *missing", "broken-yaml:2"],
    ["title: !secret x", "broken-yaml:2"],
    [`title: ${"[".repeat(20_000)}`, "broken-yaml:2"],
    ["- a", "no-front-matter:1"],
    ["", "missing-title:1"],
  ])("%j gives %s", (yaml, place) => {
    expect(problems(yaml).places).toEqual([place]);
  });

  it("names a key that stands twice", () => {
    expect(problems("title: T\nlang: de\nlang: fr").errors[0]?.message).toBe(
      "Broken YAML: the key `lang` stands here a second time.",
    );
    expect(problems('title: T\nparams: { "a": 1, "a": 2 }').errors[0]?.message).toContain('the key `"a"` stands');
  });

  it("says what was expected and what was found", () => {
    const [error] = problems("title: T\nformat: { html: { toc: yes } }").errors;
    expect(error?.message).toBe('`format.html.toc` must be true or false, but is the text "yes".');
    expect(error?.exitCode).toBe(2);
  });

  it("collects every problem", () => {
    const yaml = "subtitle: 5\nautor: A\nexecute: { trials: 0, x: 1 }\nformat: { html: { toc: 1 } }";
    expect([...problems(yaml).places].sort()).toEqual([
      "invalid-front-matter:2",
      "invalid-front-matter:4",
      "invalid-front-matter:5",
      "missing-title:1",
      "unknown-front-matter-key:3",
      "unknown-front-matter-key:4",
    ]);
  });

  it.each(["", "Text", "\n---\ntitle: T\n---", "---\ntitle: T", "--- title\n---"])(
    "needs a block at the start: %j",
    (source) => {
      const { errors, places } = problemsOf(() => readWhole(source));
      expect(places).toEqual(["no-front-matter:1"]);
      expect(errors[0]?.hint).toContain("---\ntitle: Memory usage\n---");
    },
  );

  it("does not unfold an alias bomb", () => {
    const lines = ["a: &a [x, x, x, x, x, x, x, x, x]"];
    for (let depth = 1; depth < 12; depth += 1) {
      const [name, previous] = [String.fromCharCode(97 + depth), String.fromCharCode(96 + depth)];
      lines.push(`${name}: &${name} [${Array(9).fill(`*${previous}`).join(", ")}]`);
    }
    expect(problems(lines.join("\n")).places).toEqual(["broken-yaml:2"]);
  });

  it("throws nothing but user errors, whatever it reads", () => {
    const yaml = fc.string({ unit: fc.constantFrom(..."ab:-[]{}&*!|>'\"#%@`,? \n\t~0.".split("")), maxLength: 60 });
    fc.assert(
      fc.property(yaml, (text) => void problems(`title: T\n${text}`)),
      { numRuns: 500 },
    );
  });
});

describe("overrideParams", () => {
  const params = { blocks: 20, mode: "saved", deep: false };

  it("reads numbers and truth values as YAML does, and texts as they are", () => {
    const overrides = { blocks: "1e3", mode: "20", deep: "true" };
    expect(overrideParams(params, overrides)).toEqual({ blocks: 1000, mode: "20", deep: true });
    expect(params.blocks).toBe(20);
  });

  it("keeps the raw text of every string", () => {
    fc.assert(fc.property(fc.string(), (mode) => void expect(overrideParams(params, { mode })["mode"]).toBe(mode)));
  });

  it.each([
    [{ bloks: "1" }, "unknown-parameter", "Did you mean `blocks`?"],
    [{ blocks: "many" }, "invalid-parameter", "Its value in the front matter is 20."],
    [{ blocks: "" }, "invalid-parameter", "Its value in the front matter is 20."],
    [{ blocks: ".inf" }, "invalid-parameter", "Its value in the front matter is 20."],
    [{ deep: "yes" }, "invalid-parameter", "Its value in the front matter is false."],
    [{ deep: "1" }, "invalid-parameter", "Its value in the front matter is false."],
    [{ constructor: "1" }, "unknown-parameter", "Known parameters: blocks, mode, deep."],
  ])("%j gives %s", (overrides, code, hint) => {
    const { errors } = problemsOf(() => overrideParams(params, overrides));
    expect(errors).toMatchObject([{ code, hint, exitCode: 2 }]);
  });

  it("collects every problem", () => {
    expect(problemsOf(() => overrideParams(params, { a: "1", blocks: "x" })).errors).toHaveLength(2);
  });
});

it.each([
  ["de_DE", "de-DE"],
  ["de_DE.UTF-8", "de-DE"],
  ["pt-BR", "pt-BR"],
])("the locale %s is the language %s", (written, lang) => {
  expect(readFrontMatter(`---\ntitle: T\nlang: ${written}\n---\n`, "report.md").frontMatter.lang).toBe(lang);
});

import { describe, expect, it } from "vitest";
import { parseReport } from "../../../src/document/parse.ts";
import { UserErrors } from "../../../src/errors.ts";
import { problemsOf } from "./problems.ts";

/** The head of every report here; the body begins in line 4. */
const HEAD = "---\ntitle: T\n---\n";
const parse = (source: string) =>
  parseReport({ source, file: "report.md", path: "/r/report.md", folder: "/r", slug: "r" });
const parseBody = (body: string) => parse(HEAD + body);
const problems = (body: string) => problemsOf(() => parseBody(body));

describe("cells", () => {
  it("are fences with braces, numbered, with their place", () => {
    const { cells, tokens } = parseBody(
      "```{ts}\n//| label: a\nf();\n  g();\n```\n\n```ts\nshown\n```\n\n~~~{js}\nh();\n~~~\n",
    );
    expect(cells).toMatchObject([
      {
        label: "a",
        labelled: true,
        language: "ts",
        number: 1,
        source: "f();\n  g();",
        sourceLine: 6,
        indent: 0,
        range: [3, 8],
      },
      { labelled: false, language: "js", number: 2, source: "h();", sourceLine: 15, range: [13, 16] },
    ]);
    expect(cells[0]?.position).toEqual({ file: "report.md", line: 4 });
    const fences = tokens.filter((token) => token.type === "fence");
    expect(fences.map((token) => token.meta)).toEqual([{ cell: "a" }, null, { cell: cells[1]?.label }]);
    expect(fences.map((token) => token.map)).toEqual([
      [3, 8],
      [9, 12],
      [13, 16],
    ]);
  });

  it.each([
    ["list", "- x\n\n  ```{ts}\n  a\n    b\n  ```\n", "a\n  b", 7, 2],
    ["ordered list", "10. ```{ts}\n    a\n    ```\n", "a", 5, 4],
    ["quote", "> ```{ts}\n> a\n>   b\n> ```\n", "a\n  b", 5, 2],
    ["quote without blanks", ">```{ts}\n>a\n>```\n", "a", 5, 1],
    ["list in a quote", "> - ```{ts}\n>   //| echo: true\n>   a\n>   ```\n", "a", 6, 4],
    ["callout", "> [!NOTE]\n> ```{ts}\n> a\n> ```\n", "a", 6, 2],
    ["tildes with backticks inside", "~~~{ts}\n```\na\n~~~\n", "```\na", 5, 0],
    ["longer fence", "````{ts}\n```\n````\n", "```", 5, 0],
    ["indented fence", "  ```{ts}\n  a\n    b\n  ```\n", "a\n  b", 5, 2],
    ["no newline at the end", "```{ts}\na\n```", "a", 5, 0],
    ["no code", "```{ts}\n```\n", "", 5, 0],
    ["blank code", "```{ts}\n\n\n```\n", "\n", 5, 0],
  ])("are read in: %s", (_, body, source, sourceLine, indent) => {
    const { cells } = parseBody(body);
    expect(cells).toMatchObject([{ source, sourceLine }]);
    if (source.trim() !== "") expect(cells[0]?.indent).toBe(indent);
  });

  it("are not read inside other fences, code blocks and comments", () => {
    const { cells } = parseBody(
      "````md\n```{ts}\na\n```\n````\n\n    ```{ts}\n    a\n    ```\n\n<!--\n```{ts}\na\n```\n-->\n",
    );
    expect(cells).toEqual([]);
  });

  it("have labels that stay when other cells come and go", () => {
    const one = "```{ts}\nf();\n```\n";
    const other = "```{ts}\ng();\n```\n";
    const labels = (body: string) => parseBody(body).cells.map((cell) => cell.label);
    const [f = ""] = labels(one);
    expect(f).toMatch(/^cell-[0-9a-f]{8}$/);
    expect(labels(other + one)).toEqual([expect.not.stringContaining(f), f]);
    expect(labels(`\`\`\`{ts}\n//| trials: 3\nf();\n\`\`\`\n`)).toEqual([f]);
    expect(labels(one + one + one)).toEqual([f, `${f}-2`, `${f}-3`]);
    expect(labels(`\`\`\`{ts}\n//| label: ${f}-2\nx\n\`\`\`\n${one}${one}`)).toEqual([`${f}-2`, f, `${f}-3`]);
  });

  it.each([
    ["```{ts}\na", "unclosed-cell:4"],
    ["```{ts}\na\n", "unclosed-cell:4"],
    ["```{ts}", "unclosed-cell:4"],
    ["> ```{ts}\n> a\n\ntext", "unclosed-cell:4"],
    ["- ```{ts}\n  a\n\ntext", "unclosed-cell:4"],
    ["~~~{ts}\na\n```\n", "unclosed-cell:4"],
    ["```{ts\na\n```", "invalid-fence:4"],
    ["x\n\n```{ruby}\na\n```", "unknown-language:6"],
    ["x[^1]\n\n[^1]: note\n\n    ```{ts}\n    a\n    ```\n", "misplaced-cell:8"],
    ["[^1]: without a reference\n\n    ```{ts}\n    a\n    ```\n", "misplaced-cell:6"],
  ])("%j gives %s", (body, place) => {
    expect(problems(body).places).toEqual([place]);
  });
});

describe("labels", () => {
  it.each([
    ["two cells", "```{ts}\n//| label: a\n```\n\n```{ts}\n//| label: a\n```\n", 5, 9],
    ["cell and image", "![x](x.png){#fig-a}\n\n```{ts}\n//| echo: true\n//| label: fig-a\n```\n", 4, 8],
    ["two headings", "## A {#sec-a}\n\n## B {#sec-a}\n", 4, 6],
    ["heading and cell", "```{ts}\n//| label: a\n```\n\n## B {#a}\n", 5, 8],
  ])("are used once: %s", (_, body, first, second) => {
    const { errors, places } = problems(body);
    expect(places).toEqual([`duplicate-label:${second}`]);
    expect(errors[0]?.message).toContain(`in line ${first} and in line ${second}`);
  });
});

describe("headings", () => {
  const body = [
    "# Top",
    "## One",
    "### One",
    "### Two {#sec-two}",
    "#### Deep",
    "## Aside {.unnumbered}",
    "## Two `code` & **more** {{a}}!",
    "### One",
    "> ## Quoted",
    "",
    "## !!!",
    "## Größe 漢字",
  ].join("\n");

  it("have numbers and ids", () => {
    expect(parseBody(body).headings.map(({ level, id, number }) => [level, id, number])).toEqual([
      [1, "top", undefined],
      [2, "one", "1"],
      [3, "one-1", "1.1"],
      [3, "sec-two", "1.2"],
      [4, "deep", undefined],
      [2, "aside", undefined],
      [2, "two-code--more", "2"],
      [3, "one-2", "2.1"],
      [2, "quoted", undefined],
      [2, "section", "3"],
      [2, "größe-漢字", "4"],
    ]);
  });

  it("put both on their tokens", () => {
    const opens = parseBody(body).tokens.filter((token) => token.type === "heading_open");
    expect([opens[3]?.attrGet("id"), opens[3]?.meta?.["number"]]).toEqual(["sec-two", "1.2"]);
  });

  it("have no numbers where the report wants none, and can be referred to all the same", () => {
    const source = `---\ntitle: T\nformat: { html: { number-sections: false } }\n---\n## A {#sec-a}\n\n@sec-a\n`;
    const report = parse(source);
    expect(report.headings[0]).toMatchObject({ number: undefined, source: "A" });
    expect(report.anchors.get("sec-a")).toMatchObject({ kind: "sec", number: undefined });
  });

  it("never take an id that something else has", () => {
    const { headings } = parseBody("## Fig-a\n\n## B\n\n## B {#b}\n\n## B-1\n\n```{ts}\n//| label: fig-a\n```\n");
    const ids = headings.map((heading) => heading.id);
    expect(ids).toEqual(["fig-a-1", "b-1", "b", "b-1-1"]);
    expect(new Set(ids).size).toBe(4);
  });
});

describe("references", () => {
  it("point at figures, tables and sections, numbered in document order", () => {
    const body = [
      "See @fig-b, @fig-img, @tbl-c and @sec-one.\n",
      "```{ts}\n//| label: fig-a\n```\n",
      "![Image](x.png){#fig-img}\n",
      "## One {#sec-one}\n",
      "```{ts}\n//| label: tbl-c\n```\n",
      "```{ts}\n//| label: plain\n```\n",
      '```{ts}\n//| label: fig-b\n//| fig-cap: "As @fig-a, with {{params.n}}"\n```\n',
    ].join("\n");
    const report = parseBody(body);
    expect([...report.anchors.values()].map(({ label, kind, number }) => [label, kind, number])).toEqual([
      ["fig-a", "fig", "1"],
      ["fig-img", "fig", "2"],
      ["sec-one", "sec", "1"],
      ["tbl-c", "tbl", "1"],
      ["fig-b", "fig", "3"],
    ]);
    const caption = report.cells.at(-1)?.optionLines.get("fig-cap");
    expect(report.references.map(({ label, position }) => [label, position.line, position.column])).toEqual([
      ["fig-b", 4, 5],
      ["fig-img", 4, 13],
      ["tbl-c", 4, 23],
      ["sec-one", 4, 34],
      ["fig-a", caption, undefined],
    ]);
    expect(report.expressions).toEqual([{ source: "params.n", position: { file: "report.md", line: caption } }]);
  });

  it.each([
    ["@fig-heap", "A figure is a cell with"],
    ["@tbl-heap", "A table is a cell with"],
    ["@sec-heap", "A section is a heading with its label"],
    ["@fig-haep\n\n```{ts}\n//| label: fig-heap\n```\n", "Did you mean `fig-heap`?"],
    ["@fig-heap\n\n```{ts}\n//| label: heap\n```\n", "Rename `heap` to `fig-heap`"],
    ["@sec-heap\n\n## Heap\n", "Rename `heap` to `sec-heap`"],
    ["@fig-heap\n\n```{ts}\n//| label: fig-heap\n//| include: false\n```\n", "shows no output"],
    ["@fig-heap\n\n```{ts}\n//| label: fig-heap\n//| eval: false\n```\n", "shows no output"],
  ])("without a target are errors: %j", (body, hint) => {
    const { errors, places } = problems(body);
    expect(places).toEqual(["unknown-reference:4"]);
    expect(errors[0]?.hint).toContain(hint);
    expect(errors[0]?.exitCode).toBe(1);
  });

  it("are not reported for a figure whose cell has another mistake", () => {
    expect(problems("@fig-a\n\n```{ts}\n//| label: fig-a\n//| trials: 0\n```\n").places).toEqual(["invalid-option:8"]);
    expect(problems("@fig-a\n\n```{tss}\n//| label: fig-a\n```\n").places).toEqual(["unknown-language:6"]);
    expect(problems("@sec-a\n\n## A {#sec-a b}\n").places).toEqual(["heading-attributes:6"]);
  });
});

describe("expressions", () => {
  it("have their place in the file", () => {
    const { expressions } = parseBody('Text {{a}} and {{a}},\n{{metric "x"\n  "y"}} {{b}}\n');
    expect(expressions.map(({ source, position }) => [source, position.line, position.column])).toEqual([
      ["a", 4, 6],
      ["a", 4, 16],
      ['metric "x"\n  "y"', 5, 1],
      ["b", 6, 9],
    ]);
  });

  it("are found in the abstract, in captions and in footnotes, in the order of their lines", () => {
    const source =
      '---\ntitle: T\nabstract: "By {{a}}"\n---\nx[^1] {{b}}\n\n[^1]: {{c}}\n\n```{ts}\n//| tbl-cap: "{{d}}"\n```\n\n{{e}}\n';
    expect(parse(source).expressions.map(({ source: text, position }) => [text, position.line])).toEqual([
      ["a", 3],
      ["b", 5],
      ["c", 7],
      ["d", 10],
      ["e", 13],
    ]);
  });

  it.each([
    ["{{#if x}}", "expression-syntax:4"],
    ["x\n{{metric (}}", "expression-syntax:5"],
    ["x\n{{metric", "unclosed-expression:5"],
    ["<b>x</b>\n<i title='{{a}}'>", "expression-in-html:4"],
    ["<div>\n{{a}}\n</div>", "expression-in-html:5"],
    ['```{ts}\n//| fig-cap: "{{x y=}}"\n```\n', "expression-syntax:5"],
    ['```{ts}\n//| fig-cap: "{{x"\n```\n', "unclosed-expression:5"],
  ])("%j gives %s", (body, place) => {
    expect(problems(body).places).toEqual([place]);
  });

  it("may stand in HTML comments and in code", () => {
    expect(problems("<!-- {{a -->\n\n<p>x <!-- {{a}}</p>\n").places).toEqual([]);
    expect(problems("```{ts}\nconst a = {{}};\n```\n").places).toEqual([]);
  });
});

describe("parseReport", () => {
  it("keeps the source, with line ends normalised", () => {
    const report = parse("\uFEFF---\r\ntitle: T\r\n---\r\nText {{a}}\r\n\r\n```{ts}\r\na\r\nb\r\n```\r\n");
    expect(report.source).toBe("---\ntitle: T\n---\nText {{a}}\n\n```{ts}\na\nb\n```\n");
    expect(report.cells).toMatchObject([{ source: "a\nb", sourceLine: 7 }]);
    expect(report).toMatchObject({ file: "report.md", path: "/r/report.md", folder: "/r", slug: "r" });
  });

  it("does not read a rule in the body for front matter", () => {
    expect(parseBody("Text\n\n---\n\na: [\n\n---\n").frontMatter.title).toBe("T");
  });

  it("gives every mistake, front matter and body, in the order of lines", () => {
    const source = [
      "---",
      "titel: T",
      "---",
      "@fig-x {{#if}}",
      "```{ts}",
      "//| ehco: true",
      "```",
      "```{perl}",
      "```",
    ].join("\n");
    const { errors, places } = problemsOf(() => parse(source));
    expect(places).toEqual([
      "missing-title:1",
      "unknown-front-matter-key:2",
      "unknown-reference:4",
      "expression-syntax:4",
      "unknown-option:6",
      "unknown-language:8",
    ]);
    expect(new UserErrors(errors).exitCode).toBe(2);
    for (const error of errors) expect(error.position?.file).toBe("report.md");
  });

  it("starts anew with every report", () => {
    expect(parseBody("x[^1]\n\n[^1]: note\n").env["footnotes"]).toBeDefined();
    expect(parseBody("[a]: u\n\n[^1] [a]").env["footnotes"]).toBeUndefined();
  });
});

import type { Token } from "markdown-it";
import { describe, expect, it } from "vitest";
import { createMarkdown } from "../../../src/document/markdown.ts";
import { parseReport } from "../../../src/document/parse.ts";
import { findBrokenFormulas } from "../../../src/pipeline/checks/formulas.ts";
import { placeOf, problemsOf } from "./problems.ts";

const markdown = createMarkdown();

/** TeX of each formula in a text, in the order of tokens. */
function formulas(text: string): string[] {
  const flatten = (tokens: readonly Token[]): Token[] => tokens.flatMap((t) => [t, ...flatten(t.children ?? [])]);
  return flatten(markdown.parse(text, {}))
    .filter(({ type }) => type === "math_inline" || type === "math_block")
    .map(({ content }) => content);
}

const HEAD = "---\ntitle: T\n---\n";
const parse = (body: string) =>
  parseReport({ source: HEAD + body, file: "report.md", path: "/r/report.md", folder: "/r", slug: "r" });

describe("formulas", () => {
  it.each([
    ["inline", "a $x^2$ b", ["x^2"]],
    ["double braces", "$\\mathbb{{R}}$ and $x_{{i}}$", ["\\mathbb{{R}}", "x_{{i}}"]],
    ["underscores are no emphasis", "$a_b$ and $c_d$", ["a_b", "c_d"]],
    ["an escaped dollar inside", "$\\$5 + x$", ["\\$5 + x"]],
    ["dollars in text", "$\\text{costs $5$} y$", ["\\text{costs $5$} y"]],
    ["over two lines", "$a\nb$", ["a\nb"]],
    ["in a table", "| a |\n| - |\n| $x$ |", ["x"]],
    ["in a heading with attributes", "## E $x$ {#sec-e}", ["x"]],
    ["display in a paragraph", "a $$x$$ b", ["x"]],
    ["a block", "$$\nx\n$$", ["x"]],
    ["a block on one line", "$$x$$", ["x"]],
    ["a block after text", "text\n$$\nx\n$$\nmore", ["x"]],
    ["a block in a list", "- a\n\n  $$\n  x\n  $$", ["x"]],
    ["a block in a quote", "> $$\n> x\n> $$", ["x"]],
    ["GitHub's, in a line", "a $`\\sqrt{x} + y_1`$ b_1", ["\\sqrt{x} + y_1"]],
    ["two of GitHub's, with a code span", "$`a`$ and `$b$` and $`c`$", ["a", "c"]],
    ["GitHub's fence", "```math\nx\n```", ["x"]],
  ])("are found: %s", (_, text, expected) => {
    expect(formulas(text)).toEqual(expected);
  });

  it.each([
    "$5 and $6",
    "from $5 to $6.",
    "$ x $",
    "$x $",
    "US$5-US$7",
    "\\$x\\$",
    "`$x$`",
    "```\n$x$\n```",
    "    $$x$$",
    "<!-- $x$ -->",
    "cost: $12,000",
    "`$` and `$`",
    "\\$`x`$",
  ])("are not found in %j", (text) => {
    expect(formulas(text)).toEqual([]);
  });

  it("take little time for text full of dollars", () => {
    expect(formulas("$a ".repeat(20_000))).toEqual([]);
    expect(formulas("$$ ".repeat(20_000)).length).toBeGreaterThan(1);
  });
});

describe("equations", () => {
  it("have numbers and lines", () => {
    const { anchors, references, formulas: found } = parse("$$x$$ {#eq-a}\n\n$$\ny\n$$ {#eq-b}\n\nSee @eq-b.\n");
    expect(anchors.get("eq-b")).toMatchObject({ kind: "eq", number: "2", position: { line: 8 } });
    expect(references).toMatchObject([{ label: "eq-b", position: { line: 10 } }]);
    expect(found).toMatchObject([
      { source: "x", display: true, position: { line: 4 } },
      { source: "y", display: true, position: { line: 7 } },
    ]);
  });

  it.each([
    ["two of one label", "$$x$$ {#eq-a}\n\n$$y$$ {#eq-a}\n", "duplicate-label:6"],
    ["a label of another kind", "$$x$$ {#fig-a}\n", "bad-attributes:4"],
    ["a class", "$$x$$ {.a}\n", "bad-attributes:4"],
    ["an unknown reference", "$$x$$ {#eq-model}\n\n@eq-modl\n", "unknown-reference:6"],
  ])("report %s", (_, body, place) => {
    expect(problemsOf(() => parse(body)).places).toEqual([place]);
  });

  it("that do not end are a warning", () => {
    const { warnings } = parse("text\n\n$$\nx\n\ny\n");
    expect(warnings.map(placeOf)).toEqual(["stray-markup:6"]);
  });
});

describe("broken formulas", () => {
  it.each([
    ["an unknown command", "text\nand $\\foo x$\n", 5, "Unsupported function name: \\foo"],
    ["an open brace", "$\\frac{1$\n", 4, "Unexpected end of input in a macro argument, expected '}'"],
    ["the third line of a block", "$$\na\n+ \\foo\n$$\n", 6, "Unsupported function name: \\foo"],
    ["an address", "$\\href{https://x.y}{z}$\n", 4, "Unsupported function name: \\href"],
  ])("are errors at their line: %s", async (_, body, line, message) => {
    const errors = await findBrokenFormulas(parse(body));
    expect(errors.map(placeOf)).toEqual([`broken-formula:${line}`]);
    expect(errors[0]?.message).toBe(`The formula cannot be read: ${message}.`);
  });

  it("are found in captions and the abstract", async () => {
    const body = '```{js}\n//| label: fig-a\n//| fig-cap: "$\\\\foo$"\n1\n```\n';
    expect((await findBrokenFormulas(parse(body))).map(placeOf)).toEqual(["broken-formula:6"]);
  });
});

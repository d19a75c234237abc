import type { Token } from "markdown-it";
import { describe, expect, it } from "vitest";
import { createMarkdown } from "../../../src/document/markdown.ts";
import { parseReport } from "../../../src/document/parse.ts";
import { placeOf, problemsOf } from "./problems.ts";

const HEAD = "---\ntitle: T\n---\n";
const parse = (body: string) =>
  parseReport({ source: HEAD + body, file: "report.md", path: "/r/report.md", folder: "/r", slug: "r" });
const typesOf = (text: string): string[] =>
  createMarkdown()
    .parse(text, {})
    .map((token: Token) => token.type);

describe("captioned tables", () => {
  const TABLE = "| a | b |\n| - | - |\n| c | d |\n";

  it.each([
    ["below", `${TABLE}\n: Caption {#tbl-a}\n`],
    ["below, as in Pandoc's long form", `${TABLE}\nTable: Caption {#tbl-a}\n`],
    ["above", `: Caption {#tbl-a}\n\n${TABLE}`],
    ["without a blank line", `${TABLE}: Caption {#tbl-a}\n`],
    ["in a quotation", `${TABLE}\n: Caption {#tbl-a}\n`.replace(/^/gm, "> ")],
    ["in a list", `- a\n\n${`${TABLE}\n: Caption {#tbl-a}\n`.replace(/^/gm, "  ")}`],
  ])("have their caption %s", (_, body) => {
    const { tokens, anchors } = parse(body);
    const open = tokens.findIndex(({ type }) => type === "float_open");
    expect(tokens.slice(open, open + 4).map(({ type }) => type)).toEqual([
      "float_open",
      "inline",
      "float_caption_close",
      "table_open",
    ]);
    expect(tokens[open + 1]?.content).toBe("Caption");
    expect(tokens.filter(({ type }) => type === "tr_open").length).toBe(2);
    expect(anchors.get("tbl-a")).toMatchObject({ kind: "tbl", number: "1" });
  });

  it("may follow each other, with captions on different sides", () => {
    const { anchors } = parse(`${TABLE}\n: One {#tbl-a}\n\n: Two {#tbl-b}\n\n${TABLE}\n`);
    expect([...anchors.values()].map(({ label, number }) => [label, number])).toEqual([
      ["tbl-a", "1"],
      ["tbl-b", "2"],
    ]);
  });

  it("are no definition lists, and definition lists are no captions", () => {
    expect(typesOf(`${TABLE}\n: Caption\n`)).not.toContain("dl_open");
    expect(typesOf("Term\n: Definition\n")).toContain("dl_open");
    expect(typesOf(`Term\n: Definition\n\n${TABLE}`)).not.toContain("float_open");
  });
});

describe("listings", () => {
  it.each([
    ['```{#lst-a .js lst-cap="A *walk*"}\nx\n```', "js", "A *walk*"],
    ["```js {#lst-a lst-cap='A walk'}\nx\n```", "js", "A walk"],
    ["~~~{.c++ #lst-a}\nx\n~~~", undefined, undefined],
    ["```{#lst-a}\nx\n```", "", ""],
  ])("%j", (text, language, caption) => {
    const { tokens, anchors, warnings } = parse(text);
    if (language === undefined) {
      expect(warnings.map(placeOf)).toEqual(["bad-attributes:4"]);
      return;
    }
    expect(anchors.get("lst-a")).toMatchObject({ kind: "lst", number: "1" });
    expect(
      tokens.map(({ type, info, content }) => (type === "fence" ? info : type === "inline" ? content : "")),
    ).toEqual(expect.arrayContaining([language, caption]));
  });

  it("are no cells, and cells are no listings", () => {
    expect(parse("```{.js}\nx\n```\n").cells).toEqual([]);
    const { errors } = problemsOf(() => parse("```{js}\n//| label: lst-a\n1\n```\n\n@lst-a\n"));
    expect(errors[0]?.hint).toBe("`lst-a` is a cell. A listing is a fence with its label: ```{#lst-… .js}");
  });
});

describe("callouts of divs", () => {
  it.each([
    ["a title", '::: {.callout-tip title="A *title*"}\nx\n:::', { kind: "tip", titled: true }, "A *title*"],
    ["a heading as title", "::: {.callout-tip}\n## A title\n\nx\n:::", { kind: "tip", titled: true }, "A title"],
    ["no title", "::: {.callout-tip}\nx\n:::", { kind: "tip" }, "x"],
    ["folded", '::: {.callout-tip collapse="true"}\nx\n:::', { collapse: "closed" }, "x"],
    ["without braces", "::: callout-tip\nx\n:::", { kind: "tip" }, "x"],
    ["many colons", "::::: {.callout-tip} :::::\nx\n:::::::", { kind: "tip" }, "x"],
  ])("have %s", (_, text, meta, first) => {
    const tokens = createMarkdown().parse(text, {});
    expect([tokens[0]?.type, tokens.at(-1)?.type]).toEqual(["callout_open", "callout_close"]);
    expect(tokens[0]?.meta).toMatchObject(meta);
    expect(tokens.find(({ type }) => type === "inline")?.content).toBe(first);
    expect(tokens.map(({ type }) => type)).not.toContain("heading_open");
  });

  it("nest, hold code with colons, and interrupt a paragraph", () => {
    const text = "text\n::: {.callout-note}\n::: {.callout-tip}\n```\n:::\n```\n:::\nafter\n:::\n\nend";
    const types = typesOf(text).filter((type) => /callout|fence|stray/.test(type));
    expect(types).toEqual(["callout_open", "callout_open", "fence", "callout_close", "callout_close"]);
  });
});

describe("markup that is not understood", () => {
  it.each([
    ["a div of another tool", "::: {.panel-tabset}\nx\n:::\n", "stray-markup:4", "{.callout-note}"],
    ["a callout without its prefix", "::: note\nx\n:::\n", "stray-markup:4", "Did you mean ::: {.callout-note}?"],
    ["an unknown kind", "::: {.callout-warn}\nx\n:::\n", "stray-markup:4", "Did you mean ::: {.callout-warning}?"],
    ["a div without an end", "::: {.callout-note}\nx\n", "stray-markup:4", "Close it with a line of :::"],
    ["an end without a div", "x\n\n:::\n", "stray-markup:6", "open a div above"],
    ["unreadable attributes of a div", "::: {.callout-note title=}\nx\n:::\n", "bad-attributes:4", "title"],
    ["an unknown attribute of a callout", '::: {.callout-note tittle="x"}\nx\n:::\n', "bad-attributes:4", "title"],
    ["a label of a paragraph", "x\n\nText here. {#par-a}\n", "stray-markup:6", "\\{"],
    ["a span", "x\ny [a]{.smallcaps} z\n", "stray-markup:5", "\\{"],
    ["attributes of a link", "[a](https://b){target=_blank}\n", "stray-markup:4", "\\{"],
    ["attributes of code", "`x`{.js}\n", "stray-markup:4", "\\{"],
    ["a figure in text", "Text ![a](x.png){#fig-a}\n", "stray-markup:4", "alone in its paragraph"],
    ["an unknown attribute of an image", "![a](x.png){width=1 align=left}\n", "bad-attributes:4", "width"],
    ["a size that is none", "![a](x.png){width=wide}\n", "bad-attributes:4", "cm"],
    ["a caption with a label of another kind", "| a |\n| - |\n\n: Cap {#fig-a}\n", "stray-markup:7", "\\{"],
    ["an attribute of a listing", "```{.js filename=x}\nx\n```\n", "bad-attributes:4", "lst-cap"],
    ["a cell without braces", "```ts\n//| label: a\n1\n```\n", "stray-markup:4", "Write ```{ts}"],
    ["a Python cell without braces", "```python\n#| probes: [peak]\n1\n```\n", "stray-markup:4", "Write ```{python}"],
    ["backticks in the opening line", '```{#lst-a lst-cap="`x`"}\nx\n', "stray-markup:4", "~~~"],
  ])("is a warning: %s", (_, body, place, hint) => {
    const { warnings } = parse(body);
    expect(warnings.map(placeOf)).toEqual([place]);
    expect(warnings[0]?.hint).toContain(hint);
  });

  it.each([
    "a \\{#b}",
    "a set {1, 2} and {x} and { y }",
    "`{#a}`",
    "{{params.n}}\n".replace("params.n", 'env "node"'),
    "$x_{a=1}$",
    "time 10:30 ::: no",
    "price $5",
    "- [z] text",
    "a [link](b) and [x]",
  ])("is not seen in %j", (body) => {
    expect(parse(body).warnings.map(({ message }) => message)).toEqual([]);
  });
});

describe("task lists", () => {
  it.each([
    ["- [ ] a", "open"],
    ["- [x] a", "done"],
    ["1. [X] a", "done"],
    ["- [x]", undefined],
    ["- [y] a", undefined],
    ["- [ ](b) a", undefined],
  ])("%j is %s", (text, task) => {
    const item = createMarkdown()
      .parse(text, {})
      .find(({ type }) => type === "list_item_open");
    expect(item?.meta?.["task"]).toBe(task);
  });
});

describe("appendices", () => {
  it("have letters", () => {
    const { headings } = parse("## A\n\n## Data {.appendix}\n\n### More\n\n## Tools {.appendix #sec-tools}\n");
    expect(headings.map(({ number }) => number)).toEqual(["1", "A", "A.1", "B"]);
  });
});

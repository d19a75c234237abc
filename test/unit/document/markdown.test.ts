import fc from "fast-check";
import type { Token } from "markdown-it";
import { describe, expect, it } from "vitest";
import { createMarkdown } from "../../../src/document/markdown.ts";

const markdown = createMarkdown();

/** Every token of a text, those inside others after them. */
function tokensOf(text: string): Token[] {
  const flatten = (tokens: readonly Token[]): Token[] =>
    tokens.flatMap((token) => [token, ...flatten(token.children ?? [])]);
  return flatten(markdown.parse(text, {}));
}

/** Content and line of each token of a type. */
function found(type: string, text: string): (readonly [content: string, line: unknown])[] {
  return tokensOf(text)
    .filter((token) => token.type === type)
    .map((token) => [token.content, token.meta?.["line"]]);
}

describe("expressions", () => {
  it.each([
    ["paragraph", "Text {{ a.b }} on.", "a.b", 1],
    ["second line", "Text\nmore {{a}}", "a", 2],
    ["heading", "x\n\n## Heap {{a}}", "a", 3],
    ["setext heading", "Heap {{a}}\n====", "a", 1],
    ["list item", "- x\n- {{a}}", "a", 2],
    ["block quote", "> x\n> {{a}}", "a", 2],
    ["table head", "| {{a}} | b |\n|---|---|\n", "a", 1],
    ["table cell", "| a | b |\n|---|---|\n| c | {{a}} |", "a", 3],
    ["escaped bar in a table", '| a |\n|---|\n| {{a "x\\|y"}} |', 'a "x|y"', 3],
    ["link text", "[see {{a}}](u)", "a", 1],
    ["bracket in a link text", '[see {{a "]"}}](u)', 'a "]"', 1],
    ["image text", "x\n![see {{a}}](u)", "a", 2],
    ["emphasis", "**x {{a}}**", "a", 1],
    ["stars inside", "{{a *b* }}", "a *b*", 1],
    ["footnote", "x[^1]\n\n[^1]: note\n    more {{a}}", "a", 4],
    ["inline footnote", "x\ny ^[note {{a}}]", "a", 2],
    ["callout", "> [!NOTE]\n> x {{a}}", "a", 2],
    ["braces in quotes", `{{a "}}" '{{'}}`, `a "}}" '{{'`, 1],
    ["escaped quote", '{{a "\\"}}"}}', 'a "\\"}}"', 1],
    ["apostrophe in quotes", '{{a "it\'s"}}', 'a "it\'s"', 1],
    ["two lines", "{{a\n  b}}", "a\n  b", 1],
    ["third brace", "{{{a}}}", "{a}", 1],
    ["brace after", "{{a}}}", "a", 1],
    ["open quote", '{{a "b}} and more', 'a "b', 1],
  ])("are found in: %s", (_, text, content, line) => {
    expect(found("expression", text)).toEqual([[content, line]]);
  });

  it.each([
    "`{{a}}`",
    "``{{a}} ` ``",
    "\\{{a}}",
    "    {{a}}",
    "```\n{{a}}\n```",
    "{ {a} }",
    "<!-- {{a}} -->",
    "[x]({{a}})",
  ])("are not found in %j", (text) => {
    expect(found("expression", text)).toEqual([]);
  });

  it("keep what was written", () => {
    expect(tokensOf("{{  a }}").find((token) => token.type === "expression")?.meta).toEqual({
      raw: "{{  a }}",
      line: 1,
    });
    expect(markdown.render("1 {{a < b}} @fig-x")).toBe("<p>1 {{a &lt; b}} @fig-x</p>\n");
  });

  it.each(["{{a", "x {{", "{{a `b}}`", "{{a \\}}", "{{ {{ b", "| {{a | b}} |\n|---|---|", `{{${"a".repeat(5000)}}}`])(
    "that never close are marked: %j",
    (text) => {
      const expressions = tokensOf(text).filter((token) => token.type === "expression");
      expect(expressions.map((token) => token.meta?.["unclosed"])).toContain(true);
    },
  );

  it("leave code spans after an open brace alone", () => {
    expect(found("code_inline", "{{ x `y`").map(([content]) => content)).toEqual(["y"]);
  });

  it("have the lines on which they stand, wherever they stand", () => {
    const place = fc.constantFrom(
      (name: string) => `text {{${name}}}`,
      (name: string) => `![alt {{${name}}}](u)`,
      (name: string) => `^[note {{${name}}}]`,
      (name: string) => `[link {{${name}}}](u) **x**`,
      () => "same words",
      () => "![same](u)",
    );
    fc.assert(
      fc.property(fc.array(place, { maxLength: 12 }), fc.constantFrom("", "> "), (places, prefix) => {
        const text = places.map((write, index) => prefix + write(`n${index}`)).join("\n");
        const lines = text.split("\n");
        for (const [name, line] of found("expression", text)) expect(lines[Number(line) - 1]).toContain(`{{${name}}}`);
      }),
    );
  });
});

describe("references", () => {
  it.each([
    ["See @fig-heap.", "fig-heap", 1],
    ["(@tbl-a_b-1)", "tbl-a_b-1", 1],
    ["x\n@sec-a-", "sec-a", 2],
    ["@fig-a--b", "fig-a--b", 1],
    ["siehe @fig-größe.", "fig-größe", 1],
    ["см. @tbl-размер-2", "tbl-размер-2", 1],
    ["@fig-gro\u0308ße", "fig-gro\u0308ße", 1],
    ["见@fig-heap所示", "fig-heap", 1],
    ["**@fig-a**", "fig-a", 1],
    ["[@fig-a](u)", "fig-a", 1],
    ["| @fig-a |\n|---|", "fig-a", 1],
    ["“@fig-a”", "fig-a", 1],
  ])("are found in %j", (text, label, line) => {
    expect(found("reference", text)).toEqual([[label, line]]);
  });

  it.each([
    "a@fig-x.com",
    "é@fig-x",
    "_@fig-x_x@fig",
    "`@fig-x`",
    "\\@fig-x",
    "@figx",
    "@fig-",
    "@alg-a",
    "{{a '@fig-x'}}",
  ])("are not found in %j", (text) => {
    expect(found("reference", text).filter(([label]) => label !== "fig-x_x")).toEqual([]);
  });
});

describe("headings", () => {
  const heading = (text: string) => {
    const [open, inline] = markdown.parse(text, {});
    return { id: open?.attrGet("id"), meta: open?.meta, content: inline?.content };
  };

  it.each([
    ["## A {#sec-a}", "sec-a", "A", false],
    ["## A {#sec-a .unnumbered}", "sec-a", "A", true],
    ["## A {-}", null, "A", true],
    ["## A {.unnumbered} ##", null, "A", true],
    ["A {#sec-a}\n===", "sec-a", "A", false],
    ["## A {{x}} {#a}", "a", "A {{x}}", false],
    ["## {#a}", "a", "", false],
  ])("%j has its attributes", (text, id, content, unnumbered) => {
    const read = heading(text);
    expect([read.id, read.content, read.meta?.["unnumbered"]]).toEqual([id, content, unnumbered]);
  });

  it.each(["## A {{x}}", "## A {x}", "## A \\{#a}", "## A{#a}", "## f({})", "## A {#a} b"])("%j has none", (text) => {
    expect(heading(text)).toEqual({ id: null, meta: null, content: text.slice(3) });
  });

  it.each(["## A {#a b}", "## A {#5}", "## A {#a #b}", "## A {#sec:a}", "## A {#a key=value}"])(
    "%j is marked",
    (text) => {
      expect(heading(text).meta?.["badAttributes"]).toBe(text.slice(5));
    },
  );
});

describe("figures", () => {
  it("are an image alone in its paragraph, with a label", () => {
    const [open, inline, close] = markdown.parse("![An *image* {{a}}](x.png){#fig-a}", {});
    expect([open?.type, open?.tag, open?.attrGet("id"), open?.meta]).toEqual([
      "figure_open",
      "figure",
      "fig-a",
      { figure: "fig-a" },
    ]);
    expect(inline?.children?.map((token) => token.type)).toEqual(["image"]);
    expect(inline?.children?.[0]?.children?.map((token) => token.type)).toContain("expression");
    expect(close?.type).toBe("figure_close");
    expect(markdown.render("![a](x.png){#fig-a}")).toBe('<figure id="fig-a"><img src="x.png" alt="a"></figure>\n');
  });

  it("may stand in a list, and be a reference to an image", () => {
    expect(tokensOf("- ![a][x]{#fig-a}\n\n[x]: x.png").find((token) => token.type === "figure_open")?.hidden).toBe(
      false,
    );
  });

  it.each([
    "![a](x.png)",
    "![a](x.png){#tbl-a}",
    "![a](x.png) {#fig-a}",
    "Text ![a](x.png){#fig-a}",
    "![a](x.png) and ![b](y.png){#fig-a}",
    "![a](x.png){#fig-a} text",
    "`![a](x.png){#fig-a}`",
  ])("are not: %j", (text) => {
    const tokens = tokensOf(text);
    expect(tokens.map((token) => token.type)).not.toContain("figure_open");
    expect(tokens[1]?.content).toBe(text);
  });
});

describe("callouts", () => {
  it.each(["NOTE", "TIP", "IMPORTANT", "WARNING", "caution"])("[!%s] opens one", (kind) => {
    const tokens = markdown.parse(`> [!${kind}]\n> Text\n>\n> - item`, {});
    const types = tokens.map((token) => token.type);
    expect([types[0], types.at(-1)]).toEqual(["callout_open", "callout_close"]);
    expect(tokens[0]?.meta).toEqual({ kind: kind.toLowerCase() });
    expect(tokens[2]).toMatchObject({ content: "Text", map: [1, 2] });
    expect(types).toContain("bullet_list_open");
  });

  it("needs no text in its first paragraph", () => {
    const types = markdown.parse("> [!NOTE]\n>\n> ```\n> x\n> ```", {}).map((token) => token.type);
    expect(types).toEqual(["callout_open", "fence", "callout_close"]);
  });

  it("may stand in a quote, and hold one", () => {
    const types = markdown.parse("> > [!NOTE]\n> > a\n> > > b", {}).map((token) => token.type);
    expect(types.filter((type) => /quote|callout/.test(type))).toEqual([
      "blockquote_open",
      "callout_open",
      "blockquote_open",
      "blockquote_close",
      "callout_close",
      "blockquote_close",
    ]);
  });

  it.each(["> [!NOTES]\n> x", "> x\n> [!NOTE]", "[!NOTE]", "> - [!NOTE]"])("%j is none", (text) => {
    expect(tokensOf(text).map((token) => token.type)).not.toContain("callout_open");
  });
});

it("a callout with a sign after its mark folds, and the sign is no part of its title", () => {
  const of = (text: string) => {
    const [open, , title] = createMarkdown().parse(text, {});
    return [open?.meta, title?.content];
  };
  expect(of("> [!WARNING]- Folded\n> text")).toEqual([{ kind: "warning", collapse: "closed", titled: true }, "Folded"]);
  expect(of("> [!NOTE]+\n> text")).toEqual([{ kind: "note", collapse: "open" }, "text"]);
});

describe("addresses in text", () => {
  it.each([
    ["see www.example.org.", "http://www.example.org", "www.example.org"],
    ["(WWW.a.org/x_y?z=1)", "http://WWW.a.org/x_y?z=1", "WWW.a.org/x_y?z=1"],
    ["mail a_b+c@x.co.uk!", "mailto:a_b+c@x.co.uk", "a_b+c@x.co.uk"],
    ["https://a.org/b.", "https://a.org/b", "https://a.org/b"],
  ])("%s", (written, href, text) => {
    expect(markdown.renderInline(written)).toContain(`<a href="${href}">${text}</a>`);
  });

  it.each([
    "www.example",
    "xwww.a.org",
    "`www.a.org`",
    "example.org and report.md",
    "react@18.2.0",
    "user@localhost",
    "@fig-a",
  ])("%s is text", (written) => {
    expect(markdown.renderInline(written)).not.toContain("<a ");
  });
});

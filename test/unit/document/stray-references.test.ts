import { expect, it } from "vitest";
import { parseReport } from "../../../src/document/parse.ts";

function warnings(body: string, bibliography = "bibliography: a.bib\n"): string[] {
  const source = `---\ntitle: T\n${bibliography}---\n\n## A {#sec-a}\n\n${body}\n`;
  const report = parseReport({ source, file: "r.md", path: "/r/r.md", folder: "/r", slug: "r" });
  return report.warnings.map(({ position, message, hint }) => `${position?.line} ${message} ${hint}`);
}

it.each([
  [
    "See @Sec-a.",
    "8 `@Sec-a` is no reference, because labels are lower case, and the page shows it as text. Did you mean `@sec-a`?",
  ],
  ["See\n[@sec-a].", "9 The brackets around `@sec-a` are shown as text. Write @sec-a without brackets."],
  ["It is {params.n}.", "8 `{params.n}` has one brace at each end, and the page shows it as text. Write {{params.n}}."],
  [
    'Of {metric "a" "peakLive"} bytes',
    '8 `{metric "a" "peakLive"}` has one brace at each end, and the page shows it as text. Write {{metric "a" "peakLive"}}.',
  ],
  ["## Method {#sec-m", "8 `{#sec-m` is not closed, and the page shows it as text. Write {#sec-m}."],
  ["## Method {sec-m}", "8 `{sec-m}` is no label, and the page shows it as text. Write {#sec-m}."],
  [
    'So $x = {{metric "a" "b"}}$.',
    '8 `{{metric "a" "b"}}` in a formula is not evaluated. Numbers of results are inserted in text only: write the number beside the formula.',
  ],
])("%j is a warning", (body, warning) => {
  expect(warnings(body)).toEqual([warning]);
});

it.each(["See @sec-a.", "An address a@Sec-a.org.", "`@Fig-b`", "\\@Fig-b", "$\\mathbb{{R}}$", "(@sec-a)"])(
  "%j is none",
  (body) => {
    expect(warnings(body)).toEqual([]);
  },
);

it.each([
  ["@tab-x", "@tbl-x"],
  ["@figure-1", "@fig-1"],
  ["@table-a_b", "@tbl-a_b"],
  ["@eqn-model", "@eq-model"],
  ["@section-2", "@sec-2"],
  ["@abb-größe", "@fig-größe"],
  ["@fig:walk", "@fig-walk"],
  ["@fig_walk", "@fig-walk"],
])("%s is a warning where there are no citations", (written, right) => {
  expect(warnings(`See ${written}.`, "")).toEqual([
    `7 \`${written}\` is no reference, and the page shows it as text. Did you mean \`${right}\`? Labels begin with fig-, tbl-, sec-, eq- or lst-.`,
  ]);
});

it.each([
  ["| a |\n| --- |\n| 1 |\n\n: Cap {#tbl-c .striped}", "The caption of a table takes a label alone: {#tbl-c}"],
  ["| a |\n| --- |\n| 1 |\n\n: Cap {#tab-c}", "Did you mean {#tbl-c}?"],
  ["![Bild](p.svg){#pic}", "Its label begins with fig-: {#fig-pic}"],
])("of %j the hint is about the label", (body, hint) => {
  const [warning, ...others] = warnings(body, "");
  expect(others).toEqual([]);
  expect(warning).toContain(hint);
});

it("braces of an image may have blanks inside", () => {
  expect(warnings("![Bild](p.svg){ #fig-q width=50% }\n\nSee @fig-q.", "")).toEqual([]);
});

it.each(["me@table-tennis.org", "\\@tab-x", "`@tab-x`", "@someone-else", "{x} and {a b}", "f{params.n}"])(
  "%j is none without citations, either",
  (body) => expect(warnings(body, "")).toEqual([]),
);

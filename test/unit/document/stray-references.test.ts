import { expect, it } from "vitest";
import { parseReport } from "../../../src/document/parse.ts";

function warnings(body: string): string[] {
  const source = `---\ntitle: T\nbibliography: a.bib\n---\n\n## A {#sec-a}\n\n${body}\n`;
  const report = parseReport({ source, file: "r.md", path: "/r/r.md", folder: "/r", slug: "r" });
  return report.warnings.map(({ position, message, hint }) => `${position?.line} ${message} ${hint}`);
}

it.each([
  [
    "See @Sec-a.",
    "8 `@Sec-a` is no reference, because labels are lower case, and the page shows it as text. Did you mean `@sec-a`?",
  ],
  ["See\n[@sec-a].", "9 The brackets around `@sec-a` are shown as text. Write @sec-a without brackets."],
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

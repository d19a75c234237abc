import { describe, expect, it } from "vitest";
import { createMarkdown } from "../../../src/document/markdown.ts";
import { parseReport } from "../../../src/document/parse.ts";
import type { Report } from "../../../src/document/types.ts";
import { readFlagship } from "../../helpers/flagship.ts";

// A number in the prose that was typed goes on saying what it said when the measurement says something else.

/** Numbers that may be typed, since nothing measured could change them; each with the reason. */
const TYPED: readonly (readonly [text: string, reason: string])[] = [
  ["2021", "the year of the writeup"],
  ["(2022)", "the year of a paper"],
  ["The writeup read 700, 10 and 10.", "numbers of the writeup, named as such"],
  ["generations 0 and 1", "names of CPython's generations"],
  ["from 100 objects to 100,000", "the ends of a list in the cell, `for threshold in (100, …)`"],
  ["own 16 MB", "the matrix of cell `disabled`, and V8's default"],
  ["1024 MB", "the matrix of cell `disabled`"],
  ["interval of 10 allocations", "the matrix of cell `inert`"],
  ["one of 100,000", "the matrix of cell `inert`"],
  ["semi-space of 1 MB", "the flags of cell `promotion`"],
  ["500 turns", "the constant MOST_TURNS of cell `tbl-delay`"],
  ["64 bits", "the width of a pointer: a kind of machine"],
  ["64-bit", "the width of a pointer: a kind of machine"],
  ["of blocks from 1 to", "where the library begins, whatever its parameters"],
  ["a share that is 1", "all of them: a share of walks of at most four blocks that end within four"],
  ["45°", "geometry"],
  ["2√(", "a formula"],
];

interface Found {
  readonly line: number;
  readonly text: string;
}

/** Text with a digit in it, in prose, captions and the abstract; expressions, code, references and quotations are none. */
function typedNumbers(report: Report): readonly Found[] {
  const found: Found[] = [];
  const look = (line: number, text: string): void => {
    // A digit within a word, as in V8, names something.
    if (/(?<![\p{L}])\d/u.test(text)) found.push({ line, text });
  };
  let quotes = 0;
  let line = 1;
  for (const token of report.tokens) {
    if (token.type === "blockquote_open") quotes++;
    if (token.type === "blockquote_close") quotes--;
    if (token.map !== null) line = token.map[0] + 1;
    if (token.type !== "inline" || quotes > 0) continue;
    look(line, textOf(token.children ?? []));
  }
  const markdown = createMarkdown();
  const asides = report.cells.flatMap(({ options, position }) =>
    [options.figCap, options.tblCap, options.figAlt].map((text) => ({ text, line: position.line })),
  );
  for (const { text = "", line: at } of [...asides, { text: report.frontMatter.abstract, line: 1 }]) {
    for (const token of markdown.parseInline(text, {})) look(at, textOf(token.children ?? []));
  }
  return found;
}

/** What a reader sees of the words of a paragraph; `…` where something else stands. */
function textOf(children: readonly { readonly type: string; readonly content: string }[]): string {
  return children
    .map(({ type, content }) =>
      type === "text" ? content : /break$/.test(type) ? " " : /_(open|close)$/.test(type) ? "" : "…",
    )
    .join("");
}

const allowed = (text: string): string => TYPED.reduce((rest, [typed]) => rest.replaceAll(typed, ""), text);

describe("the flagship's prose", () => {
  const found = typedNumbers(readFlagship());

  it("has no typed number but those that nothing measured could change", () => {
    const unexplained = found.filter(({ text }) => /(?<![\p{L}])\d/u.test(allowed(text)));
    expect(unexplained.map(({ line, text }) => `report.md:${line}: ${text}`)).toEqual([]);
  });

  it("says all that is excused here: what it no longer says is no excuse for what it may come to say", () => {
    const stale = TYPED.filter(([typed]) => !found.some(({ text }) => text.includes(typed)));
    expect(stale).toEqual([]);
  });

  it("would be found out, wherever the number stood", () => {
    const source = [
      "---\ntitle: A report\nabstract: In the abstract 1.\nparams: { n: 7 }\n---",
      "# Heading 2",
      "Peaks at 3 MiB, {{params.n}}, `4`, V8, **5 times**.",
      "> quoted: 6",
      "| 7 |\n| --- |\n| 8 |",
      '```{ts}\n//| label: fig-a\n//| fig-cap: Caption 9.\n//| fig-alt: Alt 10.\nconsole.log("11");\n```',
    ].join("\n\n");
    const report = parseReport({ source, file: "report.md", path: "/r/report.md", folder: "/r", slug: "r" });
    expect(typedNumbers(report).flatMap(({ text }) => text.match(/(?<![\p{L}])\d+/gu))).toEqual([
      "2",
      "3",
      "5",
      "7",
      "8",
      "9",
      "10",
      "1",
    ]);
  });
});

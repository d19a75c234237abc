import { describe, expect, it } from "vitest";
import { createMarkdown } from "../../../src/document/markdown.ts";
import { parseReport } from "../../../src/document/parse.ts";
import type { Report } from "../../../src/document/types.ts";
import { flagshipCell, readFlagship } from "../../helpers/flagship.ts";

// A number that was typed goes on saying what it said when the measurement says something else.

/** Numbers that may be typed, since nothing measured could change them; each with the reason. */
const TYPED: readonly (readonly [text: string, reason: string])[] = [
  ["2021", "the year of the writeup"],
  ["The writeup read 700, 10 and 10.", "numbers of the writeup, named as such"],
  ["generations 0 and 1", "names of CPython's generations"],
  ["64 bits", "the width of a pointer: a kind of machine"],
  ["64-bit", "the width of a pointer: a kind of machine"],
  ["of blocks from 1 to", "where the library begins, whatever its parameters"],
  ["a share that is 1", "all of them: a share of walks of at most four blocks that end within four"],
  ["45°", "geometry"],
  ["2√(", "a formula"],
  ["in Node 20 to 24 it does not, in Node 26 it does", "what other versions do, none of which measures here"],
  ["adds 5 % to spare", "what the search for the smallest heap always adds"],
  ["since 3.12 the count", "a version of CPython"],
  ["prints 2, 2 and 3", "numbers of the writeup, named as such"],
  ["the thresholds are 700, 10 and 10", "numbers of the writeup, named as such"],
  ["the counts are 612, 4 and 1", "numbers of the writeup, named as such"],
];

/** Numbers that say again what stands in a cell, `#` for each; and the label of that cell, which must have them. */
const REPEATED: readonly (readonly [text: string, label: string])[] = [
  ["at most # turns are tried", "tbl-delay"],
  ["semi-space of # MB", "promotion"],
  ["thresholds from # objects to #", "thresholds-sweep"],
  ["begins with the # MB", "disabled"],
  ["with # MB, at a price", "disabled"],
  ["a young generation of # MB, without", "disabled"],
  ["to within # %", "claim-python"],
  ["interval of # allocations", "inert"],
  ["with one of #", "inert"],
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

const patternOf = (text: string): RegExp => new RegExp(text.replaceAll("#", "(\\d(?:[\\d,]*\\d)?)"), "g");

/** A text without what is excused. */
function withoutExcused(text: string): string {
  const rest = TYPED.reduce((left, [typed]) => left.replaceAll(typed, ""), text);
  return REPEATED.reduce((left, [repeated]) => left.replace(patternOf(repeated), ""), rest);
}

describe("the flagship's prose", () => {
  const report = readFlagship();
  const found = typedNumbers(report);

  it("has no typed number but those that nothing measured could change", () => {
    const unexplained = found.filter(({ text }) => /(?<![\p{L}])\d/u.test(withoutExcused(text)));
    expect(unexplained.map(({ line, text }) => `report.md:${line}: ${text}`)).toEqual([]);
  });

  it("says all that is excused here: what it no longer says is no excuse for what it may come to say", () => {
    const stale = TYPED.filter(([typed]) => !found.some(({ text }) => text.includes(typed)));
    expect(stale).toEqual([]);
  });

  it.each(REPEATED)("“%s”: as in the cell `%s`", (repeated, label) => {
    const said = found.flatMap(({ text }) =>
      [...text.matchAll(patternOf(repeated))].flatMap(([, ...numbers]) => numbers),
    );
    expect(said).not.toEqual([]);
    const [from, to] = flagshipCell(report, label).range;
    const code = report.source
      .split("\n")
      .slice(from, to)
      .join("\n")
      .replace(/(?<=\d)_(?=\d)/g, "");
    for (const number of said) expect(code).toMatch(new RegExp(`(?<!\\d)${number.replaceAll(",", "")}(?!\\d)`));
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

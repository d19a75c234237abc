import { describe, expect, test } from "vitest";
import { parseReport } from "../../../../src/document/parse.ts";
import { findStrippedHtml } from "../../../../src/pipeline/checks/html.ts";
import { readRawHtml } from "../../../../src/render/prose/raw-html.ts";
import { sanitizeHtml } from "../../../../src/render/prose/sanitize.ts";

const HEAD = "---\ntitle: T\n---\n";
const report = (source: string) =>
  parseReport({ source: HEAD + source, file: "report.md", path: "/r/report.md", folder: "/r", slug: "r" });

/** Warnings of a report: line and message. */
const warnings = (source: string) =>
  findStrippedHtml(report(source)).map(({ position, message }) => `${(position?.line ?? 0) - 3}: ${message}`);

const AFTER = "\n\nText.\n\n```{js}\nconsole.log(1);\n```\n\n## End\n";
const MENTIONS = [
  ..."title script style textarea xmp plaintext noscript noembed noframes iframe object template select option table details div pre a"
    .split(" ")
    .map((name) => `<${name}>`),
  "<!--",
  "<?php",
  "<![CDATA[",
  '<a href="x',
  '<div class="x',
  "<script src='x'",
  "<string>",
  "</div>",
  "</main>",
];

describe("one mention hides nothing that follows", () => {
  test.each(MENTIONS)("%s", async (mention) => {
    for (const [source, line] of [
      [`The ${mention} is`, 1],
      [`one\n${mention}`, 2],
      [`${mention}`, 1],
      [`> ${mention}`, 1],
      [`- ${mention}`, 1],
    ] as const) {
      const { tokens, cells } = report(source + AFTER);
      expect(cells).toHaveLength(1);
      expect(tokens.at(-3)?.type).toBe("heading_open");
      const raw = [...readRawHtml(tokens).html.values()].join("");
      const clean = await sanitizeHtml(`${raw}<p>after</p>`, { inlineImage: (address) => address });
      expect(clean).toMatch(/^[^<]*<p>after<\/p>$/);
      expect(warnings(source + AFTER)).toEqual([expect.stringMatching(new RegExp(`^${line}: .* as text\\.$`))]);
    }
  });

  test("a script from one paragraph to another leaves the cell between", () => {
    const source = `<script>${AFTER}\n\nThe </script> ends it.`;
    expect(report(source).cells).toHaveLength(1);
    expect(warnings(source)).toEqual([
      "1: `<script>` is not closed, and the page shows it as text.",
      "12: `</script>` closes nothing, and the page shows it as text.",
    ]);
  });

  test("an iframe in a line is removed, and is not called unclosed", () => {
    expect(warnings('A <iframe src="https://a.b"></iframe> b <object data="x">c</object>')).toEqual([
      "1: Removed from the HTML: <iframe>, <object>.",
    ]);
  });

  test("HTML that is closed stays as it is", () => {
    for (const source of [
      "<details>\n\ntext\n\n</details>",
      "<p align=center>\n\n- <li>x",
      "<kbd>a</kbd> <br> <!-- note --> <a name='x'/>",
      "<table><tr><td>a<td>b</table>",
    ])
      expect(readRawHtml(report(source).tokens).problems.filter(({ kind }) => kind !== "removed")).toEqual([]);
  });

  test("what a cell displays is closed", async () => {
    const options = { inlineImage: (address: string) => address };
    expect(await sanitizeHtml("a<title>b<b>c", options)).toBe("a&lt;title&gt;b<b>c</b>");
    expect(await sanitizeHtml("a<script>if (a<b) x()</script>c", options)).toBe("ac");
    expect(await sanitizeHtml('a<b title="x', options)).toBe('a&lt;b title="x');
  });

  test("thousands of unclosed comments and tags are read", () => {
    expect(report("<!--\n\n".repeat(2000)).tokens).toHaveLength(6000);
    expect(readRawHtml(report(`${"<b>".repeat(2000)}\n\n${"</i>".repeat(2000)}`).tokens).problems).toHaveLength(4000);
  });
});

import { describe, expect, it } from "vitest";
import { compareRecorded } from "../../../../src/render/components/recorded-output.ts";
import { renderRecordedHtml } from "../../../../src/render/html/recorded-output.ts";
import { renderHtml } from "../../../../src/render/html/report.ts";
import { renderRecordedMarkdown } from "../../../../src/render/markdown/recorded-output.ts";
import { renderMarkdown } from "../../../../src/render/markdown/report.ts";
import { makeCell, makeInput, parseFixture, showing, stdout } from "../../../helpers/page.ts";

const recorded = {
  source: "the <writeup>",
  text: "peak 100\n  `a|b`\ngone",
  file: undefined,
  tolerance: 0.05,
  variant: {},
  line: 1,
};
const compared = compareRecorded(recorded, "peak 103\n  `a|b`", "/nowhere", "");

describe("a recorded output", () => {
  it("is a table in HTML with the state and the difference of each line", () => {
    const html = renderRecordedHtml(compared);
    expect(html).toContain(
      "<caption>Recorded output and this run: 2 of 3 lines are the same; numbers within 5\u00a0% count as equal</caption>",
    );
    expect(html).toContain('<th scope="col">the &lt;writeup&gt;</th><th scope="col">This run</th>');
    expect(html).toContain(
      '<tr class="near"><td data-label="the &lt;writeup&gt;: "><samp>peak 100</samp></td><td data-label="This run: "><samp>peak 103</samp></td><td class="state">same<span>+3\u00a0%</span></td></tr>',
    );
    expect(html).toContain('<td class="state">not printed</td>');
  });

  it("is a table in Markdown, in which `|` and backticks of the output are escaped", () => {
    const rows = renderRecordedMarkdown(compared).split("\n").slice(2);
    expect(rows).toEqual([
      "| the \\<writeup\\> | This run | Line |",
      "| --- | --- | --- |",
      "| `peak 100` | `peak 103` | same, +3\u00a0% |",
      "| `` \u00a0\u00a0`a\\|b` `` | `` \u00a0\u00a0`a\\|b` `` | same |",
      "| `gone` |  | not printed |",
    ]);
  });
});

const FENCE = "```";

async function render(options: string, ...variants: Parameters<typeof makeCell>[1]) {
  const source = `${FENCE}{ts}\n//| label: a\n${options}\nrun();\n${FENCE}\n`;
  const input = makeInput(parseFixture(source), { cells: [makeCell("a", variants)] });
  const [page] = await renderHtml(input);
  const [text] = await renderMarkdown(input);
  return { html: String(page?.contents), markdown: String(text?.contents) };
}

describe("a cell with a recorded output", () => {
  it("shows the comparison in place of stdout, and its other output unchanged", async () => {
    const { html, markdown } = await render(
      "//| recorded-output: { source: s, text: one }",
      showing([stdout("one\n"), { type: "stream", name: "stderr", text: "warned\n", cutBytes: 0 }]),
    );
    expect(html).toContain('<table class="recorded">');
    expect(html).not.toContain('<pre class="stdout"><samp>one');
    expect(html).toContain("warned");
    expect(markdown).toContain("| `one` | `one` | same |");
  });

  it("compares stdout as one text, also when the cell displays a value between two lines", async () => {
    const { html } = await render(
      '//| recorded-output: { source: s, text: "one\\ntwo" }',
      showing([stdout("one\n"), { type: "display", data: { "text/plain": "shown" } }, stdout("two\n")]),
    );
    expect(html).toContain("2 of 2 lines are the same");
  });

  it("marks recorded lines that the cell did not print, and notes truncated output", async () => {
    const nothing = await render("//| recorded-output: { source: s, text: one }", showing([]));
    expect(nothing.html).toContain("not printed");
    const cut = await render("//| recorded-output: { source: s, text: one }", showing([stdout("one\n", 2048)]));
    expect(cut.html).toContain("… 2\u00a0KiB of output truncated.");
  });

  it("shows variants with equal output once, and names the variants of the recorded output", async () => {
    const { html } = await render(
      "//| matrix: { n: [1, 2] }\n//| recorded-output:\n//|   - { source: s, text: one, variant: { n: 1 } }",
      showing([stdout("one\n")], { n: 1 }),
      showing([stdout("one\n")], { n: 2 }),
    );
    expect(html).toContain('<th scope="col">s (n\u00a0&#x3D;\u00a01)</th>');
  });
});

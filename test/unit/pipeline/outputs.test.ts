import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Output } from "../../../src/model/report-results.ts";
import type { MimeBundle } from "../../../src/model/values.ts";
import { findMissingImages } from "../../../src/pipeline/checks/files.ts";
import { findStrippedHtml } from "../../../src/pipeline/checks/html.ts";
import { findDeadOutputLinks, readShownOutputs } from "../../../src/pipeline/checks/outputs.ts";
import { makeCell, makeInput, parseFixture, showing, stdout } from "../../helpers/page.ts";

const folder = mkdtempSync(join(tmpdir(), "heapbook-outputs-"));
writeFileSync(join(folder, "empty.png"), "");
writeFileSync(join(folder, "text.png"), "<!doctype html>");

const display = (data: MimeBundle): Output => ({ type: "display", data, stdoutBytes: 0, stderrBytes: 0 }) as Output;

function read(outputs: readonly Output[], options = "") {
  const report = {
    ...parseFixture(`# Title {#sec-title}\n\n\`\`\`{js}\n//| label: a\n${options}1;\n\`\`\`\n`),
    folder,
  };
  const { results } = makeInput(report, { cells: [makeCell("a", [showing(outputs)])] });
  return { ...readShownOutputs(report, results), line: report.cells[0]?.position.line };
}
const said = (outputs: readonly Output[], options?: string) =>
  read(outputs, options).warnings.map(({ code, message }) => `${code}: ${message}`);
const lost = (what: string) => [`removed-html: Cell \`a\`: removed from the HTML that it shows: ${what}.`];

describe("what the page lacks of the outputs of a cell is a warning at the line of the cell", () => {
  test.each([
    ["<textarea>my text</textarea>", "<textarea>"],
    ["<select><option>a</option></select>", "<select>, <option>"],
    [
      "<iframe src='x'></iframe><noscript>no</noscript><template><b>t</b></template>",
      "<iframe>, <noscript>, <template>",
    ],
    ["<p><a href='javascript:run()'>run</a>", "the address `javascript:` of <a>"],
    ["<p><a href='java\tscript:run()'>run</a>", "the address `javascript:` of <a>"],
    ["<p><a href='//elsewhere.org/x'>go</a>", "the address `//` of <a>"],
    ["<svg><text>1</text></svg><canvas></canvas>", "<svg>, <text>, <canvas>"],
    ["<script>draw()</script>", "<script>"],
    ["<style>.a { color: red }</style><p class='a'>x</p>", "<style>"],
    ["<b onclick='run()' style='color: red'>run</b>", "`onclick` of <b>"],
    ["<p ONMOUSEOVER='run()'>x</p>", "`onmouseover` of <p>"],
  ])("HTML: %s", (source, what) => {
    expect(said([display({ "text/html": source })])).toEqual(lost(what));
    expect(said([display({ "text/markdown": `Text\n\n<div>\n${source}\n</div>\n` })])).toEqual(lost(what));
    expect(said([stdout(`<div>${source}</div>\n`)], "//| output: asis\n")).toEqual(lost(what));
    expect(said([stdout(source)])).toEqual([]);
  });

  test("a table of pandas loses only its look", () => {
    const table =
      '<div><style scoped>.a{}</style><table border="1" class="dataframe"><tr style="x"><td>1</td></tr></table></div>';
    expect(said([display({ "text/html": table })])).toEqual([]);
  });

  test("a cell without shown output has no warning, and equal variants have one", () => {
    const html = display({ "text/html": "<iframe></iframe>" });
    expect(said([html], "//| output: false\n")).toEqual([]);
    expect(said([html, html])).toHaveLength(1);
  });

  test("images that browsers do not show", () => {
    expect(said([display({ "image/png": "AAAA" }), display({ "image/png": "" })])).toEqual([
      "broken-image: Cell `a`: the image of type image/png that it displays is not an image.",
      "broken-image: Cell `a`: the image of type image/png that it displays is empty.",
    ]);
    const sources = ["empty.png", "gone.png", "https://example.org/a.png", "data:image/png;base64,A*"];
    const expected = [
      "broken-image: Cell `a`: The image empty.png is empty.",
      "missing-image: Cell `a`: Cannot read the image gone.png.",
      "remote-image: Cell `a`: The image https://example.org/a.png is on the network. A report must open without a network.",
      "broken-image: Cell `a`: The image data:image/png;base64,A*… has text that is not base64.",
    ];
    expect(said([display({ "text/html": sources.map((src) => `<img src="${src}">`).join("") })])).toEqual(expected);
    expect(said([display({ "text/markdown": sources.map((src) => `![i](${src})`).join(" ") })])).toEqual(expected);
  });

  test("references in Markdown that name nothing", () => {
    expect(said([display({ "text/markdown": "See @fig-none and @sec-title, and @sec-titel." })])).toEqual([
      "unknown-reference: Cell `a`: `@fig-none` in the Markdown that it shows is no label, and the page shows it as text.",
      "unknown-reference: Cell `a`: `@sec-titel` in the Markdown that it shows is no label, and the page shows it as text.",
    ]);
  });

  test("links that lead nowhere", () => {
    const { links, line } = read([
      display({
        "text/html": '<a href="#gone">x</a><a href="data.csv">y</a><a data-href="z" href="../other/index.html">z</a>',
      }),
      display({
        "text/markdown": "[a](#sec-title) [b](rows.csv?a=1) [c](https://example.org) [d](#top) [e](results.json)",
      }),
    ]);
    const dead = findDeadOutputLinks(links, new Set(["sec-title"]), new Set(["rows.csv", "results.json"]));
    expect(dead.map(({ message, code, position }) => [code, message, position?.line])).toEqual([
      ["dead-link", "Cell `a`: the link `#gone` that it shows leads to nothing on the page.", line],
      ["dead-link", "Cell `a`: the link `data.csv` that it shows leads to no file of the site.", line],
    ]);
  });
});

describe("the author's text", () => {
  test("images are checked before anything runs, in raw HTML and captions too, each at its line", () => {
    const source = `Text

![a](empty.png) ![b](data:image/png;base64,AAAA)

<p>
<img alt="c" src="gone.png">
</p>

Inline <img src='text.png'>. <!-- <img src="comment.png"> -->

\`\`\`{js}
//| label: fig-a
//| fig-cap: "See ![x](lost.png)"
1;
\`\`\`
`;
    const report = { ...parseFixture(source), folder };
    const first = report.source.split("\n").indexOf("Text") + 1;
    expect(findMissingImages(report).map(({ code, position }) => [code, (position?.line ?? 0) - first])).toEqual([
      ["broken-image", 2],
      ["broken-image", 2],
      ["missing-image", 5],
      ["broken-image", 8],
      ["missing-image", 12],
    ]);
  });

  test("HTML that a caption loses is a warning at its line", () => {
    const report = parseFixture("```{js}\n//| label: fig-a\n//| fig-cap: A <b style=x>b</b>\n1;\n```\n");
    const line = report.source.split("\n").findIndex((each) => each.includes("fig-cap")) + 1;
    expect(findStrippedHtml(report).map(({ message, position }) => [message, position?.line])).toEqual([
      ["Removed from the HTML: `style` of <b>.", line],
    ]);
  });

  test.each([
    ["[x](file:///etc/passwd)", "`file:`"],
    ["![x](data:image/svg+xml;base64,AAAA)", "`data:`"],
    ["Go <javascript:alert(1)>.", "`javascript:`"],
    ["Text [x]\n\n[x]: vbscript:run", "`vbscript:`"],
    ["*[x](data:text/html,a)*", "`data:`"],
  ])("an address that makes no link is a warning: %s", (source, what) => {
    const { warnings } = parseFixture(source);
    expect(warnings.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      `stray-markup: An address with ${what} makes no link and no image, and the page shows it as text.`,
    ]);
  });

  test.each(["`[x](file:///a)`", "\\[x\\](file:///a)", "A file: see (file:a)", "[x](ssh://host/a) <ftp://host/a>"])(
    "text is no such address: %s",
    (source) => expect(parseFixture(source).warnings).toEqual([]),
  );
});

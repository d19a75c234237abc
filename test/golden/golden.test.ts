import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { renderReport } from "../../src/pipeline/render-report.ts";
import { parseResults } from "../../src/store/parse-results.ts";
import { htmlErrors } from "../helpers/html.ts";
import { expectMetricsFromTable } from "../helpers/metric-table.ts";
import { expectValidNotebook } from "../helpers/notebook.ts";
import { normalise } from "../helpers/normalise.ts";
import { renderDefaults } from "../helpers/render-options.ts";
import { createWorkspace } from "../helpers/workspace.ts";

// Each `input/<name>.md` is a test: it is rendered by the real pipeline, its cells in real processes, and must give
// `output/<name>.html`, `.md` and `.ipynb`. Files for a report stand in `input/<name>/`. `npm run golden` writes the
// expected files anew (read what changed); under CI a missing one is a failure.

const INPUT = fileURLToPath(new URL("input/", import.meta.url));

const REFUSED = "  The page's Content-Security-Policy refuses it. Show text, a table or an image instead.";

/** Warnings of the reports that show what is not understood. */
const EXPECTED_WARNINGS: Readonly<Record<string, readonly string[]>> = {
  figures: [
    "reports/figures/report.md:81: Cell `fig-empty` displays nothing, so there is no figure. [empty-figure]\n" +
      "  End the cell with `chart(…)` or `display(…)`, or give it a label that does not begin with `fig-`.",
  ],
  math: [
    "reports/math/report.md:9: `{{params}}` in a formula is not evaluated. [stray-markup]\n" +
      "  Numbers of results are inserted in text only: write the number beside the formula.",
  ],
  options: [
    shown(44, "as-is", "removed from the HTML that it shows: <script>. [removed-html]\n", REFUSED),
    shown(
      44,
      "as-is",
      "`@fig-none` in the Markdown that it shows is no label, and the page shows it as text. [unknown-reference]\n",
      "  Label what it refers to, or write \\@ for an @ that is text.",
    ),
  ].map((text) => `reports/options/${text}`),
  outputs: [
    `reports/outputs/${shown(50, "rich", "removed from the HTML that it shows: `onclick` of <p>, <script>. [removed-html]\n", REFUSED)}`,
  ],
  prose: [
    "reports/prose/report.md:38: `[!UNKNOWN]` is no kind of callout, and the page shows it as text in a quote. [stray-markup]\n  Known: [!NOTE], [!TIP], [!IMPORTANT], [!WARNING], [!CAUTION].",
    "reports/prose/report.md:43: The footnote `[^lost]` is not defined, and the page shows the mark as text. [stray-markup]\n  Add a paragraph that begins with [^lost]: and the footnote's text, or write \\[^lost] for text.",
    removed(51, "`style` of <span>, `onclick` of <span>, <script>"),
    removed(52, "the address `javascript:` of <a>, `target` of <a>"),
    removed(61, "`onmouseover` of <td>"),
    removed(63, "<iframe>"),
  ],
};

function removed(line: number, what: string): string {
  const hint = "The page's Content-Security-Policy refuses it. Images and callouts have attributes in Markdown.";
  return `reports/prose/report.md:${line}: Removed from the HTML: ${what}. [removed-html]\n  ${hint}`;
}

function shown(line: number, label: string, what: string, hint: string): string {
  return `report.md:${line}: Cell \`${label}\`: ${what}${hint}`;
}

const names = readdirSync(INPUT)
  .filter((file) => file.endsWith(".md"))
  .map((file) => file.slice(0, -".md".length))
  .sort();

async function renderGolden(name: string) {
  const workspace = createWorkspace({ [`reports/${name}/report.md`]: readFileSync(`${INPUT}${name}.md`, "utf8") });
  if (existsSync(`${INPUT}${name}`)) cpSync(`${INPUT}${name}`, workspace.path(`reports/${name}`), { recursive: true });
  const warnings: string[] = [];
  const outcome = await renderReport({
    path: workspace.path(`reports/${name}/report.md`),
    root: workspace.folder,
    outputFolder: workspace.path("_site"),
    ...renderDefaults(),
    formats: ["html", "md", "ipynb"],
    onWarning: (message) => warnings.push(message),
  });
  expect(warnings).toEqual(EXPECTED_WARNINGS[name] ?? []);
  const read = (file: string): string => normalise(workspace.read(`_site/${name}/${file}`), workspace.folder);
  expectMetricsFromTable(parseResults(workspace.read(`_site/${name}/results.json`), "results.json"));
  return { outcome, html: read("index.html"), markdown: read("report.md"), notebook: read("report.ipynb") };
}

describe("golden", () => {
  it.each(names)("%s", async (name) => {
    const { outcome, html, markdown, notebook } = await renderGolden(name);
    await expect(html).toMatchFileSnapshot(`output/${name}.html`);
    await expect(markdown).toMatchFileSnapshot(`output/${name}.md`);
    await expect(notebook).toMatchFileSnapshot(`output/${name}.ipynb`);
    expectValidNotebook(notebook);
    expect(await htmlErrors(html)).toEqual([]);
    const expectsProblems = name === "failures";
    expect(outcome.problems.length > 0, outcome.problems.map(({ message }) => message).join("\n")).toBe(expectsProblems);
  });

  it("every expected file has its input", () => {
    const expected = readdirSync(fileURLToPath(new URL("output/", import.meta.url))).sort();
    expect(expected).toEqual(names.flatMap((name) => [`${name}.html`, `${name}.ipynb`, `${name}.md`]).sort());
  });
});

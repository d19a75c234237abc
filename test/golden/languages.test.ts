import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderReport } from "../../src/pipeline/render-report.ts";
import { CATALOGUES, type TextKey } from "../../src/words/catalogues.ts";
import { EN } from "../../src/words/en.ts";
import { renderDefaults } from "../helpers/render-options.ts";
import { makeWorkspace } from "../helpers/workspace.ts";

// A report with each kind of cell, in each language that has a catalogue: no text of the English catalogue is left on its page. The
// cells are measured once; pages in other languages reuse the results. The author writes no English word outside of code.

const cell = (label: string, options: string, code: string): string =>
  `\`\`\`{js}\n//| label: ${label}\n${options.replace(/^(?=.)/gm, "//| ")}${options === "" ? "" : "\n"}${code}\n\`\`\`\n`;

const BODY = [
  '# Xa {#sec-xa}\n\nXb {{metric "xm" "heapPeak" on=1}}, {{interval "xm" "wallTime" on=1}}.\n',
  cell(
    "xm",
    "matrix: { on: [1, 2] }\nprobes: [gc, time]\ntrials: 2\nflags: [--gc-interval=100]",
    'import { measure, params } from "heapbook";\nmeasure(() => Array.from({ length: 60000 * params.on }, (_, i) => ({ i })).length);',
  ),
  cell(
    "xl",
    "probes: [lines]\ntrials: 1",
    'import { measure } from "heapbook";\nglobalThis.kept = measure(() => Array(2000).fill(0).map((i) => ({ i })));',
  ),
  cell(
    "xc",
    "",
    `import xm from "result:xm";
import xl from "result:xl";
import * as h from "heapbook";
h.display(h.annotatedListing(xl));
h.display(h.lineTable(xl));
h.table(h.compare(xm, "heapPeak"));
h.table(h.compare(xm, "wallTime"));
h.table(Array.from({ length: 300 }, (_, a) => ({ a })));
for (const drawn of [h.heapTimeline(xm), h.heapSpaces(xm), h.metricDots(xm, "heapPeak"), h.pauseHistogram(xm),
  h.timeSpace(xm), h.metricLine(xm, "heapPeak", { x: "on" }), h.sideBySide(xm, "wallTime", { by: "on" }), h.metricBars(xm, "heapPeak"),
  h.flameGraph(xl)]) h.chart(drawn);
h.claim("Xc", 1).isBelow(2);
h.claim("Xd", 1).isAbove(2);
h.claim("Xe", h.ratio(h.variant(xm, { on: 1 }).metrics.wallTime, h.variant(xm, { on: 2 }).metrics.wallTime)).isBelow(0.5);
h.claim("Xf", h.variant(xm, { on: 1 }).metrics.heapPeak).isBetween(1, 2);`,
  ),
  cell("xe", "error: true", 'console.log("Xd");\nxm;'),
  cell("xp", "error: true", "process.exit(3);"),
  cell("xq", "error: true\ntimeout: 300ms", "for (;;);"),
  cell("xn", "eval: false\ncode-fold: true", "1;"),
  cell("xr", 'recorded-output: { source: Xs, text: "1\\n2" }', "console.log(1);\nconsole.log(3);"),
  cell("fig-xo", "", ""),
  "```{vega-lite}\n#| label: fig-xv\ndata: { result: xm }\nmark: bar\nencoding:\n  x: { field: heapPeak, type: quantitative }\n  y: { field: on, type: nominal }\n```\n",
].join("\n");

/** The words of a page: what it shows and what it says to screen readers; code and what cells print excepted. */
function wordsOf(html: string): string {
  const body = html
    .slice(html.indexOf("<body"))
    // Names of options, flags and fields are those of code.
    .replace(/<dd>output [\s\S]*?<\/div>/, "")
    .replace(/--[\w-]+/g, "")
    .replace(/(id="fig-xv"[\s\S]*?)<table[\s\S]*?<\/table>/, "$1");
  const said = [...body.matchAll(/(?:aria-label|title|alt|data-from|data-label)="([^"]*)"/g)].map(([, text]) => text);
  const shown = body
    .replace(/<(script|style|pre|code|samp)\b[\s\S]*?<\/\1>/g, " ")
    .replace(/<\/?(?:b|i|span|abbr|sup|tspan)\b[^>]*>/g, "")
    .replace(/<[^>]*>/g, "\n");
  return [shown, ...said].join("\n").replaceAll("&#x27;", "'").replaceAll("&quot;", '"');
}

/** The parts of a text between its values, where they are long enough to be words. */
const partsOf = (text: string): readonly string[] =>
  text
    .split(/\{\w+\}|\|/)
    .map((part) => part.replace(/^[\s.,:;()]+|[\s.,:;()]+$/g, "").toLowerCase())
    .filter((part) => part.length > 3);

/** Whether a text has a part as whole words. @param text in lower case, as the part */
const hasWords = (text: string, part: string): boolean =>
  text.split(part).some((before, index, all) => {
    const after = all[index + 1];
    return after !== undefined && !/[\p{L}\d]$/u.test(before) && !/^[\p{L}\d]/u.test(after);
  });

/** Of a page, the parts of English texts that stand there as whole words, each with the name of its text; words that the language shares excepted. */
function englishOf(words: string, lang: string): readonly string[] {
  const own = Object.values(CATALOGUES[lang] ?? {}).join("\n").toLowerCase();
  const lower = words.toLowerCase();
  return (Object.keys(EN) as TextKey[]).flatMap((key) =>
    partsOf(EN[key])
      .filter((part) => !hasWords(own, part) && hasWords(lower, part))
      .map((part) => `${key}: ${part}`),
  );
}

const LATIN_SIGNS =
  /.*[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}](?:[,;:.!?](?=\s|$)| ?\(|\)).*/gmu;

describe("a page in a language", () => {
  const workspace = makeWorkspace({});
  const render = async (lang: string): Promise<Readonly<Record<"html" | "markdown", string>>> => {
    workspace.write("reports/x/report.md", `---\ntitle: X\nlang: ${lang}\n---\n\n${BODY}`);
    await renderReport({
      path: workspace.path("reports/x/report.md"),
      root: workspace.folder,
      outputFolder: workspace.path("_site"),
      ...renderDefaults(),
      onWarning: () => {},
    });
    return { html: workspace.read("_site/x/index.html"), markdown: workspace.read("_site/x/report.md") };
  };
  afterAll(() => rmSync(workspace.folder, { recursive: true, force: true }));
  let english: Awaited<ReturnType<typeof render>>;
  beforeAll(async () => {
    english = await render("en");
  }, 120_000);

  it("has most texts of cells in the English page, so that the tests below can fail", () => {
    expect(englishOf(wordsOf(english.html), "none").length).toBeGreaterThan(150);
  });

  it.each(Object.keys(CATALOGUES).filter((lang) => lang !== "en"))("%s has no English word of ours", async (lang) => {
    const { html, markdown } = await render(lang);
    expect(englishOf(wordsOf(html), lang)).toEqual([]);
    const text = markdown
      .replace(/^```[\s\S]*?^```$/gm, "")
      .replace(/`[^`\n]*`|<[^>]*>|\]\([^)]*\)|--[\w-]+|^.*\| output: .*$/gm, "");
    expect(englishOf(text, lang)).toEqual([]);
    // Punctuation of Latin script beside a character of another: a text was joined by English signs.
    expect(`${wordsOf(html)}\n${text}`.match(LATIN_SIGNS) ?? []).toEqual([]);
  });
});

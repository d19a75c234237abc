import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { parseReport } from "../../../src/document/parse.ts";
import { UserErrors } from "../../../src/errors.ts";
import { checkReport } from "../../../src/pipeline/check.ts";

interface Found {
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

/** What the checks find before anything runs. @param others texts of more files of the project, by path */
async function check(body: string, others: Readonly<Record<string, string>> = {}): Promise<Found> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "heapbook-early-")));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const source = `---\ntitle: T\n---\n\n${body}`;
  for (const [name, text] of Object.entries({ "reports/own/report.md": source, ...others })) {
    mkdirSync(join(root, name, ".."), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  const folder = join(root, "reports", "own");
  const report = parseReport({ source, file: "r.md", path: join(folder, "report.md"), folder, slug: "own" });
  const warnings: string[] = [];
  const cache = { get: () => undefined, set: () => {} };
  try {
    await checkReport(report, { root, storeRoot: root }, cache, false, (text) => warnings.push(text));
    return { errors: [], warnings };
  } catch (error) {
    if (!(error instanceof UserErrors)) throw error;
    const errors = error.errors.map(({ position, message, hint }) => `${position?.line}: ${message} ${hint}`);
    return { errors, warnings };
  }
}

const CELL = "```{ts}\n1;\n```\n";

test.each([
  ["# A {#sec-a}\n\n[x](#sec-b)\n", "7: The link `#sec-b` leads to nothing on the page. Did you mean `#sec-a`?"],
  ["[x](#nowhere)\n", "5: The link `#nowhere` leads to nothing on the page. Give a heading an id: ## Title {#my-id}"],
  [
    `${CELL}\n## Data set\n\n[x](#data-st)\n`,
    "11: The link `#data-st` leads to nothing on the page. Did you mean `#data-set`?",
  ],
  [
    "[x](report.md#nowhere)\n",
    "5: The link `report.md#nowhere` leads to nothing on the page. Give a heading an id: ## Title {#my-id}",
  ],
  [
    "[x](../other/report.md#sec-b)\n",
    "5: The link `../other/report.md#sec-b` leads to nothing on the page of that report. Did you mean `#sec-a`?",
  ],
  [
    "[x](../other#sec-b)\n",
    "5: The link `../other#sec-b` leads to nothing on the page of that report. Did you mean `#sec-a`?",
  ],
])("%j has a dead anchor before a cell runs", async (body, error) => {
  const other = "---\ntitle: O\n---\n\n## A {#sec-a}\n";
  expect((await check(body, { "reports/other/report.md": other })).errors).toEqual([error]);
});

test.each([
  "## Données {#sec-a}\n\n[x](#sec-a) [y](../other/report.md#sec-a) [z](../other/#data) [t](#top) [u](#)\n",
  '<a id="own"></a> <b id=bare>x</b>\n\n[x](#own) [y](#bare)\n',
  "```{ts}\n//| label: fig-a\n1;\n```\n\n[x](#fig-a) [y](#cell-fig-a)\n",
  "Text^[a note]\n\n[x](#fn-1) [y](#notes) [z](#claims)\n",
  '```{ts}\nimport { display } from "heapbook";\ndisplay({ "text/html": "<p id=row-1>x</p>" });\n```\n\n[x](#row-1)\n',
  '```{ts}\nimport { show } from "./show.js";\nshow();\n```\n\n[x](#shown)\n',
])("%j has none, or none that is certain", async (body) => {
  const others = {
    "reports/other/report.md": '---\ntitle: O\n---\n\n## A {#sec-a}\n\n## Data\n\n<i id="raw"></i>\n',
    "reports/own/show.js": "export function show() {}\n",
  };
  expect((await check(body, others)).errors).toEqual([]);
});

test("a property that Vega-Lite ignores is a warning at its line, also beside errors", async () => {
  const body = `[x](#nowhere)

\`\`\`{vega-lite}
#| label: fig-a

data:
  values: [{ a: 1 }]
mark: bar
encoding:
  x:
    feild: a
\`\`\`
`;
  const { errors, warnings } = await check(body);
  expect(errors).toHaveLength(1);
  expect(warnings).toEqual([
    "r.md:15: Vega-Lite knows no property `feild` in `encoding.x`, and ignores it. [unknown-property]\n  Did you mean `field`?",
  ]);
});

test.each(['<a name="x"></a>\n\n[x](#x)', "Text <a name='x'></a> [x](#x)", "<a name=x></a> [x](report.md#x)"])(
  "%j leads to the anchor",
  async (body) => {
    expect(await check(`${body}\n`)).toEqual({ errors: [], warnings: [] });
  },
);

const MEASURED = `\`\`\`{ts}
//| label: lists
//| matrix: { kind: [a, b] }
//| probes: [time]
import { measure, params } from "heapbook";
measure(() => params.kind);
\`\`\`
`;
const chartOf = (field: string, more = ""): string =>
  `${MEASURED}\n\`\`\`{vega-lite}\ndata: { result: lists${more} }\nmark: point\nencoding:\n  x: { field: kind }\n  y:\n    field: ${field}\n    type: quantitative\n\`\`\`\n`;

test.each([
  [chartOf("wallTim"), "19: The data of the chart has no field `wallTim` (channel `y`). Did you mean `wallTime`?"],
  [
    chartOf("peakLive_low"),
    "19: The field `peakLive_low` needs the probe `peak`, which the cell `lists` does not have. Add the probe to the options of the cell: `//| probes: [time, peak]`.",
  ],
  [
    chartOf("trail", ", rows: samples"),
    "19: The data of the chart has no field `trail` (channel `y`). Did you mean `trial`?",
  ],
  [chartOf("wallTime").replace("mark: point", "mark: pont"), "15: Unknown mark `pont`. Did you mean `point`?"],
])("a chart of a field that the result cannot have is wrong before a cell runs: %#", async (body, error) => {
  expect((await check(body)).errors).toEqual([error]);
});

test.each([
  chartOf("wallTime"),
  chartOf("kind"),
  chartOf("trial", ", rows: samples"),
  chartOf("usedBytes", ", rows: collections"),
  chartOf("own").replace("measure(()", 'metric("own", 1);\nmeasure(()'),
  chartOf('"load.wallTime"').replace("measure(()", 'measure("load", ()'),
  chartOf("twice").replace("mark:", "transform: [{ calculate: 2, as: twice }]\nmark:"),
])("a chart of a field that the result may have is not: %#", async (body) => {
  expect((await check(body)).errors).toEqual([]);
});

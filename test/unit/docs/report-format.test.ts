import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { OPTION_NAMES } from "../../../src/document/cell-options.ts";
import { CONCLUSION_IDS } from "../../../src/document/conclusion-ids.ts";
import { parseReport } from "../../../src/document/parse.ts";
import type { Report } from "../../../src/document/types.ts";
import { bundleReport } from "../../../src/experiment/bundle-report.ts";
import * as library from "../../../src/library/index.ts";
import { createEvaluator } from "../../../src/render/expressions/evaluator.ts";
import { HELPERS } from "../../../src/render/expressions/helpers.ts";
import { METRICS } from "../../../src/results/metric-catalog.ts";

const guide = readFileSync(fileURLToPath(new URL("../../../docs/report-format.md", import.meta.url)), "utf8");

/** The examples, in the order of the page: one report together. */
const examples = [...guide.matchAll(/^````md\n(.*?)^````$/gms)].map(([, text = ""]) => text);
const source = examples.join("\n");

let folder: string;
let report: Report;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "heapbook-examples-"));
  const path = join(folder, "report.md");
  writeFileSync(path, source);
  report = parseReport({ source, file: "report.md", path, folder, slug: "examples" });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the examples are a report without a mistake", () => {
  expect(report.cells.length).toBeGreaterThan(15);
  expect(createEvaluator({ report }).check()).toEqual([]);
});

test("the cells of the examples find what they import", async () => {
  const bundles = await bundleReport(report, report.frontMatter.params);
  expect(bundles.size).toBe(report.cells.filter(({ language }) => language !== "vega-lite").length);
}, 60_000);

test("an example shows each language", () => {
  expect(new Set(report.cells.map(({ language }) => language))).toEqual(new Set(["ts", "js", "python", "vega-lite"]));
});

const functions = Object.keys(library);

test.each(functions)("an example uses `%s` of the cell library", (name) => {
  const imports = report.cells.flatMap(({ source }) => [...source.matchAll(/import \{([^}]*)\} from "heapbook"/g)]);
  const names = imports.flatMap(([, list = ""]) => list.split(",").map((each) => each.trim()));
  expect(names).toContain(name);
});

test.each(Object.keys(HELPERS))("an example uses `{{%s …}}` in prose", (name) => {
  expect(source).toMatch(new RegExp(`[{(]${name} `));
});

/** First column of every row of every table, its names in backticks. */
const rows = new Set(
  [...guide.matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`([\w.-]+)/g)].map(([, name]) => name),
  ),
);

test.each(OPTION_NAMES)("a table describes the cell option `%s`", (name) => {
  expect(rows).toContain(name);
});

test.each(CONCLUSION_IDS)("a table describes the conclusion `%s`", (id) => {
  expect(rows).toContain(id);
});

test.each(functions)("a table describes `%s` of the cell library", (name) => {
  expect(rows).toContain(name);
});

test.each(METRICS.map(({ id }) => id))("the table of probes has the metric `%s`", (id) => {
  expect(guide).toMatch(new RegExp(`^\\| (?:with )?\`[a-z-]+\` \\|.*\`${id}\``, "m"));
});

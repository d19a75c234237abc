import Handlebars from "handlebars";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { compareResults } from "../../../../src/diff/compare-results.ts";
import { traceHistory } from "../../../../src/diff/history.ts";
import { readTemplates } from "../../../../src/render/html/load-templates.ts";
import { everyComponent, makeInput, parseFixture } from "../../../helpers/page.ts";
import { makeLine, makeProfile } from "../../../helpers/profiles.ts";
import {
  ENVIRONMENT,
  makeCellResult,
  makeResults,
  makeTrial,
  makeTrialSet,
  makeVariant,
} from "../../../helpers/results.ts";

// Test files share modules: those of pages are loaded anew, so that they get the recording templates, and dropped again at the end.
const PAGES = {
  diff: () => import("../../../../src/render/html/diff-page.ts"),
  history: () => import("../../../../src/render/html/history-page.ts"),
  report: () => import("../../../../src/render/html/report.ts"),
  trace: () => import("../../../../src/render/html/trace-page.ts"),
};
let renderDiffPage: Awaited<ReturnType<typeof PAGES.diff>>["renderDiffPage"];
let renderHistoryPage: Awaited<ReturnType<typeof PAGES.history>>["renderHistoryPage"];
let renderHtml: Awaited<ReturnType<typeof PAGES.report>>["renderHtml"];
let renderTracePage: Awaited<ReturnType<typeof PAGES.trace>>["renderTracePage"];
beforeAll(async () => {
  vi.resetModules();
  ({ renderDiffPage } = await PAGES.diff());
  ({ renderHistoryPage } = await PAGES.history());
  ({ renderHtml } = await PAGES.report());
  ({ renderTracePage } = await PAGES.trace());
});
afterAll(() => {
  vi.doUnmock("../../../../src/render/html/load-templates.ts");
  vi.resetModules();
});

// A field inside `{{#if …}}` is read only where the condition is true, so the page of a test may never read it. These tests compare the
// names in the templates with the fields that each caller gives, whatever the conditions are.

const filled = vi.hoisted(() => [] as { readonly name: string; readonly context: object }[]);

vi.mock("../../../../src/render/html/load-templates.ts", async (original) => {
  const real = await original<typeof import("../../../../src/render/html/load-templates.ts")>();
  const record = ([name, template]: [string, HandlebarsTemplateDelegate]): [string, HandlebarsTemplateDelegate] => [
    name,
    (context, options) => {
      filled.push({ name, context });
      return template(context, options);
    },
  ];
  return { ...real, loadTemplates: () => new Map([...real.loadTemplates()].map(record)) };
});

/** Blocks that change what a name refers to. */
const SCOPES = new Set(["each", "with"]);

/** Fields of the context that a template and its partials read without a guard `{{#if field}}`. */
function fieldsOf(name: string): Set<string> {
  const fields = new Set<string>();
  const read = (node: hbs.AST.Expression, guards: ReadonlySet<string>): void => {
    if (node.type !== "PathExpression") return;
    const { parts, depth, data } = node as hbs.AST.PathExpression;
    const [field] = data ? parts.slice(1) : parts;
    if (field !== undefined && depth === 0 && (!data || parts[0] === "root") && !guards.has(String(field)))
      fields.add(String(field));
  };
  const walk = (program: hbs.AST.Program | undefined, guards: ReadonlySet<string>): void => {
    for (const statement of program?.body ?? []) {
      if (statement.type === "MustacheStatement") read((statement as hbs.AST.MustacheStatement).path, guards);
      if (statement.type === "PartialStatement") {
        const { name: partial, params } = statement as hbs.AST.PartialStatement;
        if (params.length === 0) walk(parse((partial as hbs.AST.PathExpression).original), guards);
      }
      if (statement.type !== "BlockStatement") continue;
      const { path, params, program: inside, inverse } = statement as hbs.AST.BlockStatement;
      const helper = (path as hbs.AST.PathExpression).original;
      const [first] = params as hbs.AST.PathExpression[];
      if (SCOPES.has(String(helper))) {
        if (first !== undefined) read(first, guards);
        continue;
      }
      walk(inside, helper === "if" ? new Set([...guards, String(first?.parts[0])]) : guards);
      walk(inverse, guards);
    }
  };
  const parse = (partial: string): hbs.AST.Program => Handlebars.parse(readTemplates().get(partial) ?? "");
  walk(parse(name), new Set());
  return fields;
}

const results = (commit: string | null) => {
  const set = makeTrialSet("lines", [makeTrial()], { environment: { ...ENVIRONMENT, commit } });
  return makeResults([makeCellResult("walks", [makeVariant({}, [set])])]);
};

const tracePage = (): Promise<string> =>
  renderTracePage({
    traced: { name: "x.js", profile: makeProfile([makeLine(2, { liveBytes: 10, allocatedBytes: 20 })]) },
    other: undefined,
    charts: { liveDifference: undefined, allocatedDifference: undefined, calls: [] },
    top: 5,
    results: results("0123abc"),
    command: "npx heapbook trace x.js --to html",
    highlight: makeInput(parseFixture("")).highlight,
    heapbookVersion: "1.0.0",
  });

test("the page of a trace in a repository names its commit", async () => {
  expect(await tracePage()).toContain("Heapbook 1.0.0 from commit <code>0123abc</code>.");
});

test("each page gives its templates all fields that they name, also those of conditions that are false", async () => {
  const side = (name: string) => ({ name, reports: [results("0123abc")] });
  await renderHtml(everyComponent());
  await tracePage();
  renderDiffPage(compareResults(side("HEAD~1"), side("_site")), new Map(), {
    all: true,
    command: "",
    heapbookVersion: "1",
  });
  const revision = { date: "2026-11-29", subject: "First" };
  const history = traceHistory(
    [
      { ...side("a"), ...revision },
      { ...side("b"), ...revision },
    ],
    { metrics: [], cells: [] },
  );
  renderHistoryPage(history, new Map(), { command: "", heapbookVersion: "1" });
  expect(filled.filter(({ name }) => name === "report").length).toBeGreaterThan(4);
  expect(new Set(filled.map(({ name }) => name)).size).toBeGreaterThan(10);
  for (const { name, context } of filled) {
    const missing = [...fieldsOf(name)].filter((field) => !(field in context));
    expect(missing, `fields that ${name}.hbs names`).toEqual([]);
  }
});

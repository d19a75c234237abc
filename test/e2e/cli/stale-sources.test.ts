import { chmodSync } from "node:fs";
import { expect, it } from "vitest";
import { builtPage } from "../../helpers/built-page.ts";
import { runCli } from "../../helpers/cli.ts";
import { cellOf, createWorkspace, reportOf, type Workspace } from "../../helpers/workspace.ts";

// The other half of stale.test.ts: what a result depends on by the report, its modules, its interpreter and its surroundings. Each kind has
// a cell; all of them change between two renders: exactly the cells that depend on something run, and the page is that of a clean build.

const IN = "reports/demo";
const REPORT = `${IN}/report.md`;

interface Kind {
  /** Lines of the cell; without any, the change concerns no cell. */
  readonly cell?: readonly string[];
  readonly language?: "python" | "vega-lite";
  /** Files before, in the report's folder. */
  readonly files?: Readonly<Record<string, string>>;
  readonly change: (workspace: Workspace, env: Record<string, string>) => void;
  /** Whether the cell runs again. */
  readonly runs: boolean;
}

/** Replaces a text of report.md. */
const inReport =
  (before: string, after: string): Kind["change"] =>
  ({ read, write }) => {
    expect(read(REPORT)).toContain(before);
    write(REPORT, read(REPORT).replace(before, after));
  };
const write =
  (file: string, text: string): Kind["change"] =>
  (workspace) =>
    workspace.write(`${IN}/${file}`, text);
const setVariable =
  (name: string): Kind["change"] =>
  (_, env) => {
    env[name] = "2";
  };
const FIRST_OF = (what: string): string =>
  `console.log(${what}.split("\\0").find((each) => each.startsWith("MARK=")));`;
const wrapper = (comment: string): string => `#!/bin/sh\n# ${comment}\nexec "${process.execPath}" "$@"\n`;

const KINDS: Readonly<Record<string, Kind>> = {
  prose: { change: inReport("Some prose.", "Some other prose."), runs: false },
  caption: {
    cell: [
      "//| fig-cap: A caption.",
      'import { chart } from "heapbook";',
      'chart({ mark: "bar", data: { values: [{ a: 1 }] }, encoding: { x: { field: "a" } } });',
    ],
    change: inReport("A caption.", "Another caption."),
    runs: false,
  },
  option: {
    cell: ["//| echo: true", 'console.log("option");'],
    change: inReport("echo: true", "echo: false"),
    runs: false,
  },
  flag: {
    cell: ["//| flags: [--stack-size=900]", 'console.log("flag");'],
    change: inReport("stack-size=900", "stack-size=901"),
    runs: true,
  },
  "variable-of-cell": {
    cell: ["//| env: { OWN: '1' }", "console.log(process.env.OWN);"],
    change: inReport("OWN: '1'", "OWN: '2'"),
    runs: true,
  },
  whitespace: { cell: ["console.log(  'white' );"], change: inReport("log(  'white' )", "log('white')"), runs: false },
  comment: { cell: ["console.log('comment'); // one"], change: inReport("// one", "// two"), runs: false },
  code: { cell: ["console.log('code', 1);"], change: inReport("'code', 1", "'code', 2"), runs: true },
  module: {
    cell: ['import { x } from "./a1.ts"; console.log(x);'],
    files: { "a1.ts": "export const x = 1;" },
    change: write("a1.ts", "export const x = 2;"),
    runs: true,
  },
  "comment-of-module": {
    cell: ['import { x } from "./a2.ts"; console.log(x);'],
    files: { "a2.ts": "export const x = 1;" },
    change: write("a2.ts", "// A comment.\nexport const x = 1;"),
    runs: false,
  },
  "transitive-module": {
    cell: ['import { x } from "./a3.ts"; console.log(x);'],
    files: { "a3.ts": 'export { x } from "./a4.ts";', "a4.ts": "export const x = 1;" },
    change: write("a4.ts", "export const x = 2;"),
    runs: true,
  },
  "imported-cell": {
    cell: ['import { x } from "cell:exporting"; console.log(x);'],
    change: inReport("x = 10", "x = 11"),
    runs: true,
  },
  "imported-package": {
    cell: ['import { version } from "made"; console.log(version);'],
    files: {
      "node_modules/made/package.json": '{ "name": "made", "version": "1.0.0", "main": "index.js" }',
      "node_modules/made/index.js": 'exports.version = require("./package.json").version;',
    },
    change: write("node_modules/made/package.json", '{ "name": "made", "version": "2.0.0", "main": "index.js" }'),
    runs: true,
  },
  "nearer-package": {
    cell: ['import near from "near"; console.log(near);'],
    change: write("node_modules/near/index.js", "export default 2;"),
    runs: true,
  },
  "nearer-computed-package": {
    cell: ['console.log((await import(["nearer", "package"].join("-"))).default);'],
    change: write("node_modules/nearer-package/index.js", "module.exports = 2;"),
    runs: true,
  },
  "nearer-package-of-child": {
    cell: [
      'import { execFileSync } from "node:child_process";',
      'console.log(execFileSync(process.execPath, ["b1.mjs"], { encoding: "utf8" }));',
    ],
    files: { "b1.mjs": 'import near from "nearest-package"; console.log(near);' },
    change: write("node_modules/nearest-package/index.js", "module.exports = 2;"),
    runs: true,
  },
  "relative-computed-import": {
    cell: [
      'const name = ["./c1", "mjs"].join("."); console.log((await import(name)).x, import.meta.resolve(name).length);',
    ],
    files: { "c1.mjs": "export const x = 1;" },
    change: write("c1.mjs", "export const x = 2;"),
    runs: true,
  },
  "computed-import-of-module": {
    cell: ['import { load } from "./lib/c2.ts"; console.log((await load("./c3.mjs")).x);'],
    files: { "lib/c2.ts": "export const load = (name: string) => import(name);", "lib/c3.mjs": "export const x = 1;" },
    change: write("lib/c3.mjs", "export const x = 2;"),
    runs: true,
  },
  "imported-json": {
    cell: ['import data from "./d1.json"; console.log(data.x);'],
    files: { "d1.json": '{ "x": 1 }' },
    change: write("d1.json", '{ "x": 2 }'),
    runs: true,
  },
  "imported-csv": {
    cell: ['import data from "./d2.csv"; console.log(data);'],
    files: { "d2.csv": "x\n1\n" },
    change: write("d2.csv", "x\n2\n"),
    runs: true,
  },
  "async-data": {
    cell: ['import { readFile } from "node:fs"; readFile("d3", "utf8", (_, text) => console.log(text));'],
    files: { d3: "1" },
    change: write("d3", "2"),
    runs: true,
  },
  python: {
    language: "python",
    cell: ['print(open("e1").read())'],
    files: { e1: "1" },
    change: write("e1", "2"),
    runs: true,
  },
  "python-environment": {
    language: "python",
    cell: ['print([each for each in open("/proc/self/environ").read().split("\\0") if each.startswith("MARK=")])'],
    change: setVariable("MARK"),
    runs: true,
  },
  environment: {
    cell: ['import { readFileSync } from "node:fs";', FIRST_OF('readFileSync("/proc/self/environ", "utf8")')],
    change: setVariable("MARK"),
    runs: true,
  },
  "environment-by-number": {
    cell: [
      'import { readFileSync } from "node:fs";',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: code of the cell
      FIRST_OF('readFileSync(`/proc/${process.pid}/environ`, "utf8")'),
    ],
    change: setVariable("MARK"),
    runs: true,
  },
  "environment-of-child": {
    cell: [
      'import { execFileSync } from "node:child_process";',
      'console.log(execFileSync(process.execPath, ["f1.cjs"], { encoding: "utf8" }));',
    ],
    files: { "f1.cjs": FIRST_OF('require("fs").readFileSync("/proc/self/environ", "utf8")') },
    change: setVariable("MARK"),
    runs: true,
  },
  "diagnostic-report": {
    cell: ["console.log(process.report.getReport().environmentVariables.MARK);"],
    change: setVariable("MARK"),
    runs: true,
  },
  "home-folder": {
    cell: ['import { homedir } from "node:os"; console.log(homedir());'],
    change: (workspace, env) => {
      env["HOME"] = workspace.folder;
    },
    runs: true,
  },
  "unused-variable": { cell: ["console.log(process.env.STEADY);"], change: setVariable("UNUSED"), runs: false },
  "unused-parameter": {
    cell: ['import { params } from "heapbook"; console.log(params.steady);'],
    change: inReport("unused: 1", "unused: 2"),
    runs: false,
  },
  runtime: {
    cell: ["//| runtime: ./bin/node", "console.log('runtime');"],
    files: { "bin/node": wrapper("one") },
    change: write("bin/node", wrapper("two")),
    runs: true,
  },
  template: {
    change: (workspace) => workspace.write("footer.html", "Another foot."),
    runs: false,
  },
  specification: {
    language: "vega-lite",
    cell: ["mark: bar", "data: { values: [{ a: 1 }] }", "encoding: { x: { field: a } }"],
    change: inReport("mark: bar\n", "mark: point\n"),
    runs: false,
  },
  upstream: {
    cell: ['import { metric } from "heapbook"; metric("size", 1 + 1);'],
    change: inReport('"size", 1 + 1', '"size", 3 - 1'),
    runs: true,
  },
  "same-result": {
    cell: ['import up from "result:upstream"; console.log(JSON.stringify(up.variants));'],
    change: () => {},
    runs: false,
  },
  "other-upstream": {
    cell: ['import { metric } from "heapbook"; metric("size", 4);'],
    change: inReport('"size", 4', '"size", 5'),
    runs: true,
  },
  "other-result": {
    cell: ['import up from "result:other-upstream"; console.log(JSON.stringify(up.variants));'],
    change: () => {},
    runs: true,
  },
  // Last: what comes before these cells moves them.
  "no-places": {
    cell: ["console.log('no places');"],
    change: inReport("Some prose.", "Some prose.\n\nA paragraph more."),
    runs: false,
  },
  "printed-stack": { cell: ['console.log(new Error("printed").stack);'], change: () => {}, runs: true },
  "equal-cell": { cell: ['console.log(new Error("printed").stack);'], change: () => {}, runs: true },
  "shown-stack": {
    cell: ['import { table } from "heapbook";', "try { null.x; } catch (error) { table([{ stack: error.stack }]); }"],
    change: () => {},
    runs: true,
  },
};

/** Paragraphs are added before all cells. */
const ORDER = ["no-places", "prose", ...Object.keys(KINDS).filter((name) => !["no-places", "prose"].includes(name))];

function cellFor(label: string, { cell, language }: Kind): string {
  if (cell === undefined) return "";
  if (language === undefined) return cellOf(`//| label: ${label}`, ...cell);
  return ["```{" + language + "}", `#| label: ${label}`, ...cell, "```", "", ""].join("\n");
}

it("exactly the cells that depend on a change run, and the page is that of a clean build", async () => {
  const cells = Object.entries(KINDS).map(([label, kind]) => cellFor(label, kind));
  const exporting = cellOf("//| label: exporting", "export const x = 10;");
  const workspace = createWorkspace({
    [REPORT]: reportOf(
      `Some prose.\n\n${exporting}${cells.join("")}`,
      "title: A report\nparams: { steady: 1, unused: 1 }",
    ),
    "heapbook.yml": "templates:\n  footer: footer.html\n",
    "footer.html": "A foot.",
    "node_modules/near/index.js": "export default 1;",
    "node_modules/nearer-package/index.js": "module.exports = 1;",
    "node_modules/nearest-package/index.js": "module.exports = 1;",
    ...Object.fromEntries(
      Object.values(KINDS).flatMap(({ files = {} }) =>
        Object.entries(files).map(([name, text]) => [`${IN}/${name}`, text]),
      ),
    ),
  });
  chmodSync(workspace.path(`${IN}/bin/node`), 0o755);
  const env: Record<string, string> = { STEADY: "1", HOME: process.env["HOME"] ?? "/" };
  const render = (folder: string) => runCli(["render", "--explain"], { cwd: folder, env });
  const ran = (stderr: string): string[] =>
    [...stderr.matchAll(/^ {2}([\w-]+): run \(/gm)].map(([, label]) => label ?? "");

  const first = await render(workspace.folder);
  expect(first, first.stderr).toMatchObject({ exitCode: 0 });
  expect(ran((await render(workspace.folder)).stderr)).toEqual([]);

  for (const name of ORDER) KINDS[name]?.change(workspace, env);
  const changed = await render(workspace.folder);
  expect(changed, changed.stderr).toMatchObject({ exitCode: 0 });
  expect(ran(changed.stderr)).toEqual([
    "exporting",
    ...Object.entries(KINDS)
      .filter(([, { runs }]) => runs)
      .map(([label]) => label),
  ]);
  expect(ran((await render(workspace.folder)).stderr)).toEqual([]);

  const clean = createWorkspace();
  for (const name of [...workspace.list("reports"), ...workspace.list("node_modules"), "heapbook.yml", "footer.html"])
    clean.write(name, workspace.read(name));
  chmodSync(clean.path(`${IN}/bin/node`), 0o755);
  env["HOME"] = workspace.folder;
  const built = await render(clean.folder);
  expect(built, built.stderr).toMatchObject({ exitCode: 0 });
  const page = builtPage(clean);
  expect(Object.keys(page).length).toBeGreaterThan(3);
  expect(page["_site/demo/index.html"]).toContain("Another foot.");
  expect(builtPage(workspace)).toEqual(page);
}, 400_000);

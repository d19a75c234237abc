import { expect, it } from "vitest";
import { runCli } from "../../helpers/cli.ts";
import { cellOf, createWorkspace, reportOf, type Workspace } from "../../helpers/workspace.ts";

// What a process reads before the code of its cell: variables of the environment, files that these name, files that flags of Node name.

const IN = "reports/demo";

const CELLS = [
  cellOf("//| label: plain", "console.log(1);"),
  cellOf(
    "//| label: own-variable",
    "//| env: { NODE_EXTRA_CA_CERTS: own.pem, NODE_NO_WARNINGS: '1' }",
    "console.log(2);",
  ),
  cellOf("//| label: preloaded", "//| flags: [--require=./setup.cjs]", "console.log(globalThis.prepared);"),
  cellOf("//| label: alone", "//| inherit-env: false", "console.log(3);"),
];
const FILES = {
  [`${IN}/report.md`]: reportOf(CELLS.join("")),
  [`${IN}/own.pem`]: "",
  [`${IN}/shared.pem`]: "",
  [`${IN}/setup.cjs`]: 'globalThis.prepared = require("./part.cjs");',
  [`${IN}/part.cjs`]: "module.exports = 1;",
};

type Change = (workspace: Workspace, env: Record<string, string>) => void;
const write =
  (file: string, text: string): Change =>
  (workspace) =>
    workspace.write(`${IN}/${file}`, text);
const set =
  (name: string, value: string): Change =>
  (_, env) =>
    Object.assign(env, { [name]: value });

const OF_ALL = ["plain", "own-variable", "preloaded"];
/** Each change, one after the other, with the cells that run. */
const CHANGES: readonly (readonly [what: string, change: Change, runs: readonly string[]])[] = [
  ["nothing", () => {}, []],
  ["a variable that Node reads", set("NODE_PRESERVE_SYMLINKS", "1"), OF_ALL],
  ["a variable that two cells inherit", set("NODE_NO_WARNINGS", "1"), ["plain", "preloaded"]],
  ["a variable of the C library", set("MALLOC_ARENA_MAX", "1"), OF_ALL],
  ["a variable that names a file", set("SSL_CERT_FILE", "shared.pem"), OF_ALL],
  ["the file that it names", write("shared.pem", "\n"), OF_ALL],
  ["the file that a cell's own variable names", write("own.pem", "\n"), ["own-variable"]],
  ["a module that a flag loads", write("setup.cjs", 'globalThis.prepared = require("./part.cjs") + 1;'), ["preloaded"]],
  ["a module that this one loads", write("part.cjs", "module.exports = 2;"), ["preloaded"]],
  ["a cache of compiled code", set("NODE_COMPILE_CACHE", "/tmp/none"), []],
];

it("a change of what a process reads before its cell's code runs exactly the cells that depend on it", async () => {
  const workspace = createWorkspace(FILES);
  const env: Record<string, string> = {};
  const render = () => runCli(["render", "--explain", "--to", "md"], { cwd: workspace.folder, env });
  const first = await render();
  expect(first, first.stderr).toMatchObject({ exitCode: 0 });
  const ran: (readonly [string, readonly string[]])[] = [];
  for (const [what, change] of CHANGES) {
    change(workspace, env);
    const { stderr } = await render();
    ran.push([what, [...stderr.matchAll(/^ {2}([\w-]+): run \(/gm)].map(([, label = ""]) => label)]);
  }
  expect(ran).toEqual(CHANGES.map(([what, , runs]) => [what, runs]));
}, 120_000);

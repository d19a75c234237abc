import { chmodSync, linkSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../../helpers/cli.ts";
import { cellOf, makeWorkspace, reportOf, type Workspace } from "../../helpers/workspace.ts";

// One report with a cell for each kind of thing that a result can depend on. All of them change between two renders: exactly the
// cells that depend on something run again.

const IN = "reports/demo";

/** A kind of change: the cell's code, and what changes. */
interface Kind {
  readonly code: readonly string[];
  /** Files before, in the report's folder. */
  readonly files?: Readonly<Record<string, string>>;
  readonly change: (workspace: Workspace, env: Record<string, string>) => void;
}

const FS = 'import fs from "node:fs";';
const REQUIRE = 'import { createRequire } from "node:module"; const require = createRequire(process.cwd() + "/x.js");';
const write =
  (file: string, text: string): Kind["change"] =>
  ({ write: put }) =>
    put(`${IN}/${file}`, text);
const tryTo = (code: string): string => `try { console.log(${code}); } catch (error) { console.log(error.code); }`;

const PARAMS = 'import { params } from "heapbook";';
const REPORT = `${IN}/report.md`;
/** Changes a line of the front matter. */
const setParameter =
  (before: string, after: string): Kind["change"] =>
  ({ read, write: put }) =>
    put(REPORT, read(REPORT).replace(before, after));

const nodeChild = (...args: readonly [...string[], Omit<Kind, "code">]): Kind => ({
  code: [
    'import { execFileSync } from "node:child_process";',
    `console.log(execFileSync(process.execPath, ${JSON.stringify(args.slice(0, -1))}, { encoding: "utf8" }));`,
  ],
  ...(args.at(-1) as Omit<Kind, "code">),
});
/** A worker that evaluates CommonJS. */
const workerOf = (label: string, value: string, rest: Omit<Kind, "code">): Record<string, Kind> => ({
  [label]: {
    code: [
      'import { Worker } from "node:worker_threads";',
      `const worker = new Worker(${JSON.stringify(`require("worker_threads").parentPort.postMessage(${value});`)}, { eval: true });`,
      'console.log(await new Promise((done) => worker.once("message", done)));',
    ],
    ...rest,
  },
});

const KINDS: Readonly<Record<string, Kind>> = {
  "read-sync": {
    code: [FS, 'console.log(fs.readFileSync("a1", "utf8"));'],
    files: { a1: "1" },
    change: write("a1", "2"),
  },
  "read-promise": {
    code: ['import { readFile } from "node:fs/promises";', 'console.log(await readFile("a2", "utf8"));'],
    files: { a2: "1" },
    change: write("a2", "2"),
  },
  "read-stream": {
    code: [FS, 'for await (const part of fs.createReadStream("a3")) console.log(String(part));'],
    files: { a3: "1" },
    change: write("a3", "2"),
  },
  "read-plus": {
    code: [FS, 'const f = fs.openSync("a4", "a+"); console.log(fs.readFileSync(f, "utf8"));'],
    files: { a4: "1" },
    change: write("a4", "2"),
  },
  "as-blob": {
    code: [FS, 'console.log(await (await fs.openAsBlob("a5")).text());'],
    files: { a5: "1" },
    change: write("a5", "2"),
  },
  "env-file": {
    code: ['process.loadEnvFile("a6"); console.log(process.env.FROM_FILE);'],
    files: { a6: "FROM_FILE=1" },
    change: write("a6", "FROM_FILE=2"),
  },
  copied: {
    code: [
      FS,
      'import os from "node:os"; const to = fs.mkdtempSync(os.tmpdir() + "/copy-");',
      'fs.copyFileSync("a7", to + "/x"); console.log(fs.readFileSync(to + "/x", "utf8")); fs.rmSync(to, { recursive: true });',
    ],
    files: { a7: "1" },
    change: write("a7", "2"),
  },
  absent: { code: [FS, tryTo('fs.readFileSync("b1", "utf8")')], change: write("b1", "here") },
  exists: { code: [FS, 'console.log(fs.existsSync("b2"));'], change: write("b2", "here") },
  accessible: { code: [FS, tryTo('fs.accessSync("b3")')], change: write("b3", "here") },
  size: { code: [FS, 'console.log(fs.statSync("b4").size);'], files: { b4: "1" }, change: write("b4", "two") },
  link: {
    code: [FS, 'console.log(fs.readlinkSync("b5"));'],
    change: ({ path }) => {
      rmSync(path(`${IN}/b5`));
      symlinkSync("a2", path(`${IN}/b5`));
    },
  },
  listed: { code: [FS, 'console.log(fs.readdirSync("c1"));'], files: { "c1/x": "" }, change: write("c1/y", "") },
  tree: {
    code: [FS, 'console.log(fs.readdirSync("c2", { recursive: true }));'],
    files: { "c2/x/y": "" },
    change: write("c2/x/z", ""),
  },
  typed: {
    code: [FS, 'console.log(fs.readdirSync("c3", { withFileTypes: true }).map((each) => each.isFile()));'],
    files: { "c3/x": "" },
    change: ({ path }) => {
      rmSync(path(`${IN}/c3/x`));
      mkdirSync(path(`${IN}/c3/x`));
    },
  },
  opened: {
    code: [FS, 'for await (const each of await fs.promises.opendir("c4")) console.log(each.name);'],
    files: { "c4/x": "" },
    change: write("c4/y", ""),
  },
  "not-utf-8": {
    code: [FS, 'console.log(fs.readFileSync(Buffer.from([0x64, 0xff]), "utf8"));'],
    change: ({ folder }) =>
      writeFileSync(Buffer.concat([Buffer.from(`${folder}/${IN}/`), Buffer.from([0x64, 0xff])]), "2"),
  },
  "env-used": { code: ["console.log(process.env.USED);"], change: (_, env) => Object.assign(env, { USED: "2" }) },
  "env-absent": {
    code: ['console.log("APPEARS" in process.env);'],
    change: (_, env) => Object.assign(env, { APPEARS: "1" }),
  },
  package: {
    code: [REQUIRE, 'console.log(require("made").version);'],
    files: {
      "node_modules/made/index.js": 'exports.version = require("./package.json").version;',
      "node_modules/made/package.json": '{ "version": "1.0.0" }',
    },
    change: write("node_modules/made/package.json", '{ "version": "2.0.0" }'),
  },
  "optional-module": {
    code: [REQUIRE, tryTo('require("optional")')],
    change: write("node_modules/optional/index.js", "module.exports = 1;"),
  },
  "computed-import": {
    code: [
      'const name = ["./e1", "mjs"].join("."); console.log((await import(new URL(name, "file://" + process.cwd() + "/").href)).x);',
    ],
    files: { "e1.mjs": "export const x = 1;" },
    change: write("e1.mjs", "export const x = 2;"),
  },
  "node-child": {
    code: [
      'import { execFileSync } from "node:child_process";',
      'console.log(execFileSync(process.execPath, ["f1.cjs"], { encoding: "utf8" }));',
    ],
    files: { "f1.cjs": 'console.log(require("fs").readFileSync("f1.txt", "utf8"));', "f1.txt": "1" },
    change: write("f1.txt", "2"),
  },
  // `promisify(execFile)` is a function of Node's own, beside `execFile`.
  "promised-child": {
    code: [
      'import { execFile } from "node:child_process";',
      'import { promisify } from "node:util";',
      'console.log((await promisify(execFile)(process.execPath, ["f4.cjs"])).stdout);',
    ],
    files: { "f4.cjs": 'console.log(require("fs").readFileSync("f4.txt", "utf8"));', "f4.txt": "1" },
    change: write("f4.txt", "2"),
  },
  "env-of-python-child": {
    code: [
      'import { execFileSync } from "node:child_process";',
      'console.log(execFileSync("python3", ["f3.py"], { encoding: "utf8" }));',
    ],
    files: { "f3.py": "import os\nprint(os.environ.get('OF_CHILD'), os.getenv('STEADY'))\n" },
    change: (_, env) => Object.assign(env, { OF_CHILD: "2" }),
  },
  "hard-link": {
    code: [
      FS,
      'fs.linkSync("b6", "b6.link"); console.log(fs.readFileSync("b6.link", "utf8")); fs.rmSync("b6.link");',
      'fs.chmodSync("b6", 0o600);',
    ],
    files: { b6: "1" },
    change: write("b6", "2"),
  },
  worker: {
    code: [
      'import { Worker } from "node:worker_threads";',
      'const worker = new Worker(process.cwd() + "/f2.cjs");',
      'console.log(await new Promise((done) => worker.once("message", done)));',
    ],
    files: {
      "f2.cjs": 'require("worker_threads").parentPort.postMessage(require("fs").readFileSync("f2.txt", "utf8"));',
      "f2.txt": "1",
    },
    change: write("f2.txt", "2"),
  },
  ...workerOf("eval-worker-file", 'require("fs").readFileSync("i1", "utf8")', {
    files: { i1: "1" },
    change: write("i1", "2"),
  }),
  ...workerOf("eval-worker-env", "process.env.OF_WORKER", {
    change: (_, env) => Object.assign(env, { OF_WORKER: "2" }),
  }),
  "eval-worker-bare": {
    code: [
      'import { Worker } from "node:worker_threads";',
      'const text = `require("worker_threads").parentPort.postMessage(require("fs").readFileSync("i2", "utf8"));`;',
      "const worker = new Worker(text, { eval: true, env: {}, execArgv: [] });",
      'console.log(await new Promise((done) => worker.once("message", done)));',
    ],
    files: { i2: "1" },
    change: write("i2", "2"),
  },
  "main-of-folder": {
    code: [REQUIRE, 'console.log(require("./k1"));'],
    files: {
      "k1/package.json": '{ "main": "a.js" }',
      "k1/a.js": "module.exports = 1;",
      "k1/b.js": "module.exports = 2;",
    },
    change: write("k1/package.json", '{ "main": "b.js" }'),
  },
  "type-of-import": {
    code: ['console.log(typeof (await import(new URL("k2/a.js", "file://" + process.cwd() + "/").href)).default);'],
    files: { "k2/a.js": "globalThis.ofType = typeof module;" },
    change: write("k2/package.json", '{ "type": "module" }'),
  },
  "imports-of-package": {
    code: ['console.log((await import(new URL("k3/" + "a.mjs", "file://" + process.cwd() + "/").href)).x);'],
    files: {
      "k3/package.json": '{ "imports": { "#x": "./b.mjs" } }',
      "k3/a.mjs": 'export * from "#x";',
      "k3/b.mjs": "export const x = 1;",
      "k3/c.mjs": "export const x = 2;",
    },
    change: write("k3/package.json", '{ "imports": { "#x": "./c.mjs" } }'),
  },
  "env-file-of-child": nodeChild("--env-file=l1", "-p", "process.env.L1", {
    files: { l1: "L1=1" },
    change: write("l1", "L1=2"),
  }),
  "env-file-of-child-in-two": nodeChild("--env-file", "l2", "-p", "process.env.L2", {
    files: { l2: "L2=1" },
    change: write("l2", "L2=2"),
  }),
  "preload-of-child": nodeChild("-r", "./l3.cjs", "-p", "1", {
    files: { "l3.cjs": 'console.log(require("fs").readFileSync("l3", "utf8"));', l3: "1" },
    change: write("l3", "2"),
  }),
  mode: {
    code: [FS, 'console.log((fs.statSync("m1").mode & 0o777).toString(8));'],
    files: { m1: "" },
    change: ({ path }) => chmodSync(path(`${IN}/m1`), 0o711),
  },
  "mode-of-folder": {
    code: [FS, 'console.log((fs.statSync("m2").mode & 0o777).toString(8));'],
    files: { "m2/x": "" },
    change: ({ path }) => chmodSync(path(`${IN}/m2`), 0o711),
  },
  "hard-links": {
    code: [FS, 'console.log(fs.statSync("m4").nlink);'],
    files: { m4: "" },
    change: ({ path }) => linkSync(path(`${IN}/m4`), path(`${IN}/m4-too`)),
  },
  executable: {
    code: [FS, tryTo('fs.accessSync("m3", fs.constants.X_OK)')],
    files: { m3: "" },
    change: ({ path }) => chmodSync(path(`${IN}/m3`), 0o711),
  },
  "through-process": {
    code: [
      FS,
      'console.log(fs.existsSync("/proc/self/cwd") && fs.readFileSync("/proc/self/cwd/n1", "utf8"), fs.readFileSync("n1", "utf8"));',
    ],
    files: { n1: "1" },
    change: write("n1", "2"),
  },
  "param-used": { code: [PARAMS, "console.log(params.used);"], change: setParameter("used: 1", "used: 2") },
  "param-taken-apart": {
    code: [PARAMS, "const { apart, ...rest } = params; console.log(apart, rest.steady);"],
    change: setParameter("apart: 1", "apart: 2"),
  },
  "param-passed-on": {
    code: [PARAMS, 'import { take } from "./h1.ts"; console.log(take(params));'],
    files: { "h1.ts": "export const take = (all: Record<string, unknown>): unknown => all['passed'];" },
    change: setParameter("passed: 1", "passed: 2"),
  },
  "param-printed": { code: [PARAMS, "console.log(params);"], change: setParameter("printed: 1", "printed: 2") },
  "param-cloned": {
    code: [PARAMS, "console.log(JSON.stringify(structuredClone(params)));"],
    change: setParameter("cloned: 1", "cloned: 2"),
  },
  "param-absent": {
    code: [PARAMS, 'console.log("appears" in params);'],
    change: setParameter("params:", "params:\n  appears: 1"),
  },
  seed: {
    code: ['import { random } from "heapbook"; console.log(random());'],
    change: setParameter("seed: 1", "seed: 2"),
  },
  "inputs-folder": {
    code: ["//| inputs: [g1]", "console.log(1);"],
    files: { "g1/x/y": "1" },
    change: write("g1/x/y", "2"),
  },
};

const FRONT = `title: A report
params:
  steady: 1
  used: 1
  apart: 1
  passed: 1
  printed: 1
  cloned: 1
  seed: 1`;

/** Cells that depend on nothing that changes. */
const STEADY = [
  cellOf("//| label: nothing", "console.log(1);"),
  cellOf("//| label: other-file", FS, 'console.log(fs.readFileSync("steady.txt", "utf8"));'),
  cellOf(
    "//| label: own-file",
    FS,
    'import os from "node:os"; const to = fs.mkdtempSync(os.tmpdir() + "/own-");',
    'fs.writeFileSync(to + "/x", "1"); console.log(fs.readFileSync(to + "/x", "utf8")); fs.rmSync(to, { recursive: true });',
  ),
  cellOf(
    "//| label: own-descriptor",
    FS,
    'console.log(fs.readFileSync("/dev/fd/0", "utf8").length, fs.existsSync("/proc/self/status"));',
    'if (fs.existsSync("/proc/self/status")) fs.readFileSync("/proc/self/status");',
  ),
  cellOf(
    "//| label: package-unused",
    'console.log((await import(new URL("steady/" + "a.mjs", "file://" + process.cwd() + "/").href)).x);',
  ),
  cellOf("//| label: env-unused", "console.log(process.env.STEADY);"),
  cellOf("//| label: param-unused", PARAMS, "console.log(params.steady, params.kind);"),
  cellOf("//| label: param-not-reached", PARAMS, "if (params.steady > 1) console.log(params.used);"),
  cellOf(
    "//| label: param-of-matrix",
    "//| matrix: { used: [1, 2] }",
    "//| probes: [peak]",
    'import { measure } from "heapbook";',
    PARAMS,
    "measure(() => new Array(params.used));",
  ),
  cellOf(
    "//| label: spread-env",
    "//| inputs: [steady.txt]",
    'import { execFileSync } from "node:child_process"; console.log(execFileSync("echo", ["1"], { encoding: "utf8" }));',
  ),
].join("");

/** Cells that run though Heapbook cannot see all that they read, with what the warning says. */
const UNOBSERVED = {
  hooks: "`module.register",
  permission: "a Node with the permission model",
  task: "`node --run`",
  "test-runner": "`node --test`",
  "test-run": "`run\\(\\)` of `node:test`",
};
const HIDDEN = [
  cellOf(
    "//| label: hooks",
    'import { register } from "node:module"; register("data:text/javascript,export const x = 1;"); console.log(1);',
  ),
  cellOf(
    "//| label: permission",
    ...nodeChild("--experimental-permission", "--allow-fs-read=*", "-p", "1", { change: () => {} }).code,
  ),
  cellOf(
    "//| label: task",
    'import { spawnSync } from "node:child_process"; spawnSync(process.execPath, ["--run", "none"]);',
  ),
  cellOf(
    "//| label: test-runner",
    ...nodeChild("--test", "--test-reporter=tap", "o1.test.cjs", { change: () => {} }).code,
  ),
  cellOf(
    "//| label: test-run",
    'import { run } from "node:test";',
    'for await (const { type } of run({ files: ["o1.test.cjs"] })) if (type === "test:pass") console.log(type);',
  ),
].join("");

let workspace: Workspace;
let env: Record<string, string>;

const ranIn = (stderr: string): string[] =>
  [...stderr.matchAll(/^ {2}([\w-]+): run \(/gm)].map(([, label]) => label ?? "");
const render = () => runCli(["render", "--explain", "--to", "md"], { cwd: workspace.folder, env });

beforeAll(async () => {
  env = { STEADY: "1" };
  const cells = Object.entries(KINDS).map(([label, { code }]) => cellOf(`//| label: ${label}`, ...code));
  const files = Object.values(KINDS).flatMap(({ files: own = {} }) => Object.entries(own));
  workspace = makeWorkspace({
    [`${IN}/report.md`]: reportOf(cells.join("") + STEADY + HIDDEN, FRONT),
    [`${IN}/steady.txt`]: "steady",
    [`${IN}/o1.test.cjs`]: 'require("node:test")("passes", () => {});',
    [`${IN}/steady/a.mjs`]: "export const x = 1;",
    [`${IN}/steady/package.json`]: '{ "version": "1.0.0" }',
    ...Object.fromEntries(files.map(([name, text]) => [`${IN}/${name}`, text])),
  });
  symlinkSync("a1", workspace.path(`${IN}/b5`));
  writeFileSync(Buffer.concat([Buffer.from(`${workspace.folder}/${IN}/`), Buffer.from([0x64, 0xff])]), "1");
}, 120_000);

afterAll(() => rmSync(workspace.folder, { recursive: true, force: true }));

describe("a result is used again only where all that it depends on is the same", () => {
  it("runs exactly the cells whose surroundings changed", async () => {
    const first = await render();
    expect(first, first.stderr).toMatchObject({ exitCode: 0 });
    for (const [label, what] of Object.entries(UNOBSERVED))
      expect(first.stderr).toMatch(new RegExp(`the cell \`${label}\` uses .*${what}.*: reads that cannot be observed`));
    const again = await render();
    expect(ranIn(again.stderr)).toEqual([]);
    for (const { change } of Object.values(KINDS)) change(workspace, env);
    workspace.write(`${IN}/steady/package.json`, '{ "version": "2.0.0" }');
    const changed = await render();
    expect(changed, changed.stderr).toMatchObject({ exitCode: 0 });
    // `run()` hands all variables to its processes.
    expect(ranIn(changed.stderr)).toEqual([...Object.keys(KINDS), "test-run"]);
    expect(ranIn((await render()).stderr)).toEqual([]);
  }, 400_000);
});

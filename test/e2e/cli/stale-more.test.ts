import { chmodSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { expect, it } from "vitest";
import { runCli } from "../../helpers/cli.ts";
import { cellOf, createWorkspace, reportOf, type Workspace } from "../../helpers/workspace.ts";

// More kinds of change, as in stale.test.ts: one report, all changes between two renders, and exactly the cells that depend on a change run.

const IN = "reports/demo";
const REPORT = `${IN}/report.md`;

interface Kind {
  readonly code: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  readonly change: (workspace: Workspace, env: Record<string, string>) => void;
  /** Whether the cell runs again. */
  readonly runs?: false;
}

const FS = 'import fs from "node:fs";';
const REQUIRE = 'import { createRequire } from "node:module"; const require = createRequire(process.cwd() + "/x.js");';
const HERE = 'const here = "file://" + process.cwd() + "/";';
const write =
  (file: string, text: string): Kind["change"] =>
  (workspace) =>
    workspace.write(`${IN}/${file}`, text);
const inReport =
  (before: string, after: string): Kind["change"] =>
  (workspace) =>
    workspace.write(REPORT, workspace.read(REPORT).replace(before, after));

const KINDS: Readonly<Record<string, Kind>> = {
  "dangling-link": {
    code: [FS, 'console.log(fs.readlinkSync("p0"));'],
    change: ({ path }) => {
      rmSync(path(`${IN}/p0`));
      symlinkSync("p0-version-2", path(`${IN}/p0`));
    },
  },
  "absent-becomes-file": {
    code: [FS, 'try { fs.readdirSync("p00"); } catch (error) { console.log(error.code); }'],
    change: write("p00", "1"),
  },
  "file-in-the-way": {
    code: [FS, 'try { fs.readFileSync("p01/x"); } catch (error) { console.log(error.code); }'],
    change: write("p01", "1"),
  },
  "link-retargeted": {
    code: [FS, 'console.log(fs.readFileSync("p1", "utf8"));'],
    files: { "p1-a": "1", "p1-b": "2" },
    change: ({ path }) => {
      rmSync(path(`${IN}/p1`));
      symlinkSync("p1-b", path(`${IN}/p1`));
    },
  },
  "folder-retargeted": {
    code: [FS, 'console.log(fs.readFileSync("p2/x", "utf8"));'],
    files: { "p2-a/x": "1", "p2-b/x": "2" },
    change: ({ path }) => {
      rmSync(path(`${IN}/p2`));
      symlinkSync("p2-b", path(`${IN}/p2`));
    },
  },
  "becomes-folder": {
    code: [FS, 'try { console.log(fs.readFileSync("p3", "utf8")); } catch (error) { console.log(error.code); }'],
    files: { p3: "1" },
    change: ({ path }) => {
      rmSync(path(`${IN}/p3`));
      mkdirSync(path(`${IN}/p3`));
    },
  },
  "mode-by-stat": {
    code: [FS, 'console.log(fs.statSync("p4").mode);'],
    files: { p4: "1" },
    change: ({ path }) => chmodSync(path(`${IN}/p4`), 0o711),
  },
  "empty-file-listed": {
    code: ['import { readdir } from "node:fs/promises"; console.log(await readdir("p5"));'],
    files: { "p5/x": "" },
    change: write("p5/y", ""),
  },
  "resolve-by-paths": {
    code: [REQUIRE, 'console.log(require.resolve("v1", { paths: ["v-a", "v-b"] }).slice(-20));'],
    files: { "v-b/node_modules/v1/index.js": "" },
    change: write("v-a/node_modules/v1/index.js", ""),
  },
  "only-watched": {
    code: [FS, 'try { fs.watch("v2").close(); console.log("there"); } catch (error) { console.log(error.code); }'],
    change: write("v2", ""),
  },
  "file-system-of": {
    code: [FS, 'try { console.log(fs.statfsSync("v3").bsize > 0); } catch (error) { console.log(error.code); }'],
    change: write("v3", ""),
  },
  "js-before-json": {
    code: [REQUIRE, 'console.log(require("./p6").x);'],
    files: { "p6.json": '{ "x": 1 }' },
    change: write("p6.js", "exports.x = 2;"),
  },
  "exports-of-package": {
    code: [REQUIRE, 'console.log(require("q1"));'],
    files: {
      "node_modules/q1/package.json": '{ "name": "q1", "version": "1.0.0", "exports": "./a.js" }',
      "node_modules/q1/a.js": "module.exports = 1;",
      "node_modules/q1/b.js": "module.exports = 2;",
    },
    change: write("node_modules/q1/package.json", '{ "name": "q1", "version": "1.0.0", "exports": "./b.js" }'),
  },
  "bundled-exports": {
    code: ['import x from "q2"; console.log(x);'],
    files: {
      "node_modules/q2/package.json": '{ "name": "q2", "version": "1.0.0", "type": "module", "exports": "./a.js" }',
      "node_modules/q2/a.js": "export default 1;",
      "node_modules/q2/b.js": "export default 2;",
    },
    change: write(
      "node_modules/q2/package.json",
      '{ "name": "q2", "version": "1.0.0", "type": "module", "exports": "./b.js" }',
    ),
  },
  "nearer-type": {
    code: [HERE, 'console.log((await import(here + ["q3/a", "js"].join("."))).default);'],
    files: { "q3/a.js": "module.exports = typeof require; ", "q3/other.txt": "" },
    change: (workspace) => {
      workspace.write(`${IN}/q3/package.json`, '{ "type": "commonjs" }');
      workspace.write(`${IN}/q3/a.js`, "module.exports = 2;");
    },
  },
  "tsconfig-paths": {
    code: ['import { x } from "./q4/m.ts"; console.log(x);'],
    files: {
      "q4/m.ts": 'import { y } from "@q4/y"; export const x = y;',
      "q4/tsconfig.json": '{ "compilerOptions": { "paths": { "@q4/*": ["./a/*"] } } }',
      "q4/a/y.ts": "export const y = 1;",
      "q4/b/y.ts": "export const y = 2;",
    },
    change: write("q4/tsconfig.json", '{ "compilerOptions": { "paths": { "@q4/*": ["./b/*"] } } }'),
  },
  "json-with-attributes": {
    code: ['import data from "./q5.json" with { type: "json" }; console.log(data.x);'],
    files: { "q5.json": '{ "x": 1 }' },
    change: write("q5.json", '{ "x": 2 }'),
  },
  "json-computed": {
    code: [HERE, 'console.log((await import(here + ["q6", "json"].join("."), { with: { type: "json" } })).default.x);'],
    files: { "q6.json": '{ "x": 1 }' },
    change: write("q6.json", '{ "x": 2 }'),
  },
  "worker-of-a-file": {
    code: [
      'import { Worker } from "node:worker_threads";',
      'console.log(await new Promise((done) => new Worker("./r1.mjs").once("message", done)));',
    ],
    files: {
      "r1.mjs":
        'import { parentPort } from "node:worker_threads"; import { readFileSync } from "node:fs"; parentPort.postMessage(readFileSync("r1.txt", "utf8"));',
      "r1.txt": "1",
    },
    change: write("r1.txt", "2"),
  },
  "worker-itself": {
    code: [
      'import { Worker } from "node:worker_threads";',
      'console.log(await new Promise((done) => new Worker("./r2.mjs").once("message", done)));',
    ],
    files: { "r2.mjs": 'import { parentPort } from "node:worker_threads"; parentPort.postMessage(1);' },
    change: write("r2.mjs", 'import { parentPort } from "node:worker_threads"; parentPort.postMessage(2);'),
  },
  "worker-that-shares-variables": {
    code: [
      'import { SHARE_ENV, Worker } from "node:worker_threads"; const options = { env: SHARE_ENV };',
      'console.log(await new Promise((done) => new Worker("./r7.mjs", options).once("message", done)));',
    ],
    files: {
      "r7.mjs":
        'import { parentPort } from "node:worker_threads"; import { readFileSync } from "node:fs"; parentPort.postMessage(readFileSync("r7.txt", "utf8"));',
      "r7.txt": "1",
    },
    change: write("r7.txt", "2"),
  },
  chdir: {
    code: [FS, 'process.chdir("r3"); console.log(fs.readFileSync("x", "utf8"));'],
    files: { "r3/x": "1" },
    change: write("r3/x", "2"),
  },
  "file-handle": {
    code: [
      'import { open } from "node:fs/promises"; const f = await open("r4");',
      'console.log(await f.readFile("utf8")); await f.close();',
    ],
    files: { r4: "1" },
    change: write("r4", "2"),
  },
  "handle-lines": {
    code: [
      'import { open } from "node:fs/promises"; const f = await open("r5");',
      "for await (const line of f.readLines()) console.log(line);",
    ],
    files: { r5: "1" },
    change: write("r5", "2"),
  },
  readv: {
    code: [
      FS,
      'const b = Buffer.alloc(1), f = fs.openSync("r6"); fs.readvSync(f, [b]); console.log(String(b)); fs.closeSync(f);',
    ],
    files: { r6: "1" },
    change: write("r6", "2"),
  },
  "require-resolve": {
    code: [REQUIRE, 'console.log(require.resolve("./s1").slice(-4));'],
    files: { "s1/index.js": "" },
    change: write("s1.js", ""),
  },
  "file-before-folder": {
    code: [REQUIRE, 'console.log(require("./s4"));'],
    files: { "s4/index.js": "module.exports = 1;" },
    change: write("s4.json", "2"),
  },
  "file-before-folder-of-package": {
    code: [REQUIRE, 'console.log(require("s5/sub"));'],
    files: {
      "node_modules/s5/package.json": '{ "name": "s5", "version": "1.0.0" }',
      "node_modules/s5/sub/index.js": "module.exports = 1;",
    },
    change: write("node_modules/s5/sub.js", "module.exports = 2;"),
  },
  "import-resolve": {
    code: [
      'const name = ["s2", "package"].join("-"); try { console.log(import.meta.resolve(name).slice(-4)); } catch (error) { console.log(error.code); }',
    ],
    change: (workspace) => {
      workspace.write(`${IN}/node_modules/s2-package/package.json`, '{ "name": "s2-package", "main": "i.js" }');
      workspace.write(`${IN}/node_modules/s2-package/i.js`, "");
    },
  },
  "env-deleted": {
    code: ['console.log(Object.hasOwn(process.env, "GOES"));'],
    change: (_, env) => {
      delete env["GOES"];
    },
  },
  "env-listed-prefix": {
    code: ['console.log(Object.keys(process.env).filter((name) => name.startsWith("S3_")));'],
    change: (_, env) => Object.assign(env, { S3_X: "1" }),
  },
  "home-folder": {
    code: ['import os from "node:os"; console.log(os.homedir().length);'],
    change: (_, env) => Object.assign(env, { HOME: "/tmp/elsewhere" }),
  },
  "temporary-folder": {
    code: ['import os from "node:os"; console.log(os.tmpdir().length > 0);', FS, 'console.log(fs.existsSync("t0"));'],
    change: write("t0", ""),
  },
  "matrix-order": {
    code: ["//| matrix: { size: [1, 2] }", 'import { params } from "heapbook"; console.log(params.size);'],
    change: inReport("size: [1, 2]", "size: [2, 1]"),
    runs: false,
  },
  "watched-file": {
    code: [
      FS,
      'try { fs.watch("t1").close(); console.log(fs.readFileSync("t1", "utf8")); } catch (error) { console.log(error.code); }',
    ],
    files: { t1: "1" },
    change: ({ path }) => rmSync(path(`${IN}/t1`)),
  },
  "real-path": {
    code: [FS, 'console.log(fs.realpathSync("t2").slice(-4));'],
    files: { "t2-a": "1", "t2-b": "2" },
    change: ({ path }) => {
      rmSync(path(`${IN}/t2`));
      symlinkSync("t2-b", path(`${IN}/t2`));
    },
  },
  "callback-read": {
    code: [FS, 'console.log(await new Promise((done) => fs.readFile("t3", "utf8", (_, text) => done(text))));'],
    files: { t3: "1" },
    change: write("t3", "2"),
  },
  "upstream-same-value": {
    code: ['import up from "result:same-up"; console.log(JSON.stringify(up.variants.length));'],
    change: () => {},
    runs: false,
  },
  "wasm-file": {
    code: [FS, 'console.log(new WebAssembly.Module(fs.readFileSync("t4.wasm")) instanceof WebAssembly.Module);'],
    files: { "t4.wasm": "\0asm\x01\0\0\0" },
    change: write("t4.wasm", "\0asm\x01\0\0\0\0\x02\x01a"),
  },
  "url-read": {
    code: [FS, HERE, 'console.log(fs.readFileSync(new URL("t5", here), "utf8"));'],
    files: { t5: "1" },
    change: write("t5", "2"),
  },
  "read-by-shell": {
    code: [
      "//| inputs: [t6]",
      'import { execSync } from "node:child_process"; console.log(execSync("cat t6", { encoding: "utf8" }));',
    ],
    files: { t6: "1" },
    change: write("t6", "2"),
  },
  "in-a-region": {
    code: [
      "//| probes: [peak]",
      'import { measure } from "heapbook"; import fs from "node:fs";',
      'measure(() => fs.readFileSync("t7"));',
    ],
    files: { t7: "1" },
    change: write("t7", "22"),
  },
};

const LINKS = { p0: "p0-version-1", p1: "p1-a", p2: "p2-a", t2: "t2-a" };

it("exactly the cells that depend on a change run", async () => {
  const cells = Object.entries(KINDS).map(([label, { code }]) => cellOf(`//| label: ${label}`, ...code));
  const workspace = createWorkspace({
    [REPORT]: reportOf(cellOf("//| label: same-up", 'console.log("up", 1);') + cells.join("")),
    ...Object.fromEntries(
      Object.values(KINDS).flatMap(({ files = {} }) =>
        Object.entries(files).map(([name, text]) => [`${IN}/${name}`, text]),
      ),
    ),
  });
  for (const [link, target] of Object.entries(LINKS)) symlinkSync(target, workspace.path(`${IN}/${link}`));
  const env: Record<string, string> = { GOES: "1", HOME: process.env["HOME"] ?? "/" };
  const render = () => runCli(["render", "--explain", "--to", "md"], { cwd: workspace.folder, env });
  const ran = (stderr: string): string[] =>
    [...stderr.matchAll(/^ {2}([\w-]+): run \(/gm)].map(([, label]) => label ?? "");

  const first = await render();
  expect(first, first.stderr).toMatchObject({ exitCode: 0 });
  expect(first.stderr).not.toContain("cannot be observed");
  expect(ran((await render()).stderr)).toEqual([]);
  for (const { change } of Object.values(KINDS)) change(workspace, env);
  const changed = await render();
  expect(changed, changed.stderr).toMatchObject({ exitCode: 0 });
  const expected = Object.entries(KINDS).filter(([, { runs }]) => runs !== false);
  expect(ran(changed.stderr)).toEqual(expected.map(([label]) => label));
  expect(ran((await render()).stderr)).toEqual([]);
}, 400_000);

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { listRuntimes } from "../../../src/runtimes/find-runtime.ts";
import { runCli } from "../../helpers/cli.ts";
import { createWorkspace } from "../../helpers/workspace.ts";

const NODES = [
  { name: "this Node", node: process.execPath },
  ...listRuntimes(fileURLToPath(new URL("../../../.heapbook/runtimes", import.meta.url))).map(({ version, path }) => ({
    name: version,
    node: path,
  })),
];

const tries = `const t = (f) => { try { f(); console.log("no error"); } catch (e) { console.log(e.message, e.generatedMessage, e.stack); } };
const x = 1, items = [1, 2], o = { a: { b: 0 } };\n`;

const ASSERTIONS = `
t(() => assert(1 === 2)); t(() => assert.ok(o.a.b));
t(() => { assert(x === 2, undefined); });
t(() => { assert.equal(false, true); });
t(() => { const { equal, ok } = assert; ok(\`\${x}\` === "2"); equal(x, true); equal(false, true); });
t(() => { assert(items.map((y) => y * 2).length === 3); });
t(() => {
  assert(
    items.includes(3) &&
      x > 2
  );
});
t(() => assert.strict.ok(o.a.b, null));
t(() => assert());
t(() => assert(false, "The expression evaluated to a falsy value"));
t(() => assert["ok"](null)); t(() => assert?.ok(0)); t(() => assert.ok(...[0]));
t(() => { eval("assert(x === 3)"); });
t(() => { assert.strictEqual(x, 2); });
t(() => new (class { field = assert(x === 7); })());
console.assert(x === 2, "said");
`;

/** Programs that show what can be seen of instrumentation. */
const PROGRAMS: Readonly<Record<string, string>> = {
  "assert.cjs": `const assert = require("assert");\n${tries}${ASSERTIONS}assert([1].length === 2);`,
  "assert.mjs": `import assert from "node:assert/strict";\n${tries}${ASSERTIONS.replace(/^.*equal\(false.*$/gm, "")}`,
  "late.cjs": `const assert = require("node:assert"); (async () => { await null; const list = [1];
  assert(list.length === 2); })();`,
  "made.cjs": `function make(list) { return new Error("made " + [list]); }
const list = [1];

throw make(list);`,
  "refused.cjs": `function make(list) { return [list.missing.name]; }
throw make([1]);`,
  "thrown-later.cjs": `function fail(code) {
  const error = new Error("made here " + [code]);
  error.code = code;
  throw error;
}
setTimeout(() => fail("LATER"), 1);`,
  "thrown-in-call.cjs": `function fail(list) {
	throw Object.assign(
    new Error("made " + [list]),
    { list },
  );
}
fail([1]);`,
  "thrown-again.cjs": `try { JSON.parse("{" + [1].map((x) => x)); } catch (e) { const list = [e]; throw list[0]; }`,
  "unheard.cjs": `const e = new (require("node:events"))(); e.emit("error", new Error("unheard " + [1, 2].map((x) => [x])));`,
  "iteration.cjs": `const t = (f) => { try { f(); } catch (e) { console.log(e.message, e.stack); } };
const a = {}, n = null, list = [1]; let x, y;
t(() => { [x] = a; }); t(() => { [x, y] = n; }); t(() => { [x] = a.b; }); t(() => { [] = list.at(4); });
t(() => { [x] = a.foo(); }); t(() => { const [x] = a.foo(); }); t(() => { const [x] = n; });
t(() => { for (const x of a.foo()) ; }); t(() => { for (const x of (n())) ; }); t(() => { for (const x of list.at(5)) ; });
t(() => { for (const x of a.foo().bar()) ; }); t(() => { for (const x of [a.foo()]) ; }); t(() => [...a.foo()]);
t(() => { function* g() { yield* a.foo(); } [...g()]; });
(async () => { for await (const x of a.foo()) ; })().catch((e) => console.log(e.message));
t(() => { throw new TypeError("costs $1, $2 " + a.b); });`,
  "globals.cjs": `const list = [...[1]];
console.log(Object.getOwnPropertyNames(globalThis).filter((name) => name.includes("hb")));
console.log(require("util").inspect(globalThis, { showHidden: true, depth: 0 }).includes("hb"));
for (const name in globalThis) console.log(name);`,
  "call-sites.cjs": `const util = require("node:util"), test = require("node:test");
const where = (x) => [util.getCallSites?.(2).map(({ scriptId, ...site }) => site), util.getCallSites?.({ sourceMap: true }).length, [x]];
console.log(JSON.stringify({ a: [where([1])] }), (() => util.getCallSites?.(1))()?.length, util.inspect(util.getCallSites));
const list = [[1].length, { test }]; [2].map((x) => list[1].test("in a callback " + [x], () => {}));
test.describe("suite " + [list.length], () => { test.it("has a place", { skip: [1].length > 2 }, () => {}); test.it("fails", () => { throw [1]; }); });`,
  "call-sites.mjs": `import * as util from "node:util"; import test from "node:test";
const where = (x) => [util.getCallSites?.(2).map(({ scriptId, ...site }) => site), [x]];
console.log(JSON.stringify({ a: [where([1])] })); const o = { a: [test] };
o.a[0]("one " + [o.a.length], async (t) => { const z = [await 1]; await t.test("sub " + z, () => { throw "no"; }); });`,
  "refused-by-v8.cjs": `const t = (file) => { try { require(file); } catch (error) { console.log([error.stack]); } };
t("./module.cjs"); t("./regexp.cjs"); t("./twice.cjs");
const { length } = [1], list = [length].map((x) => ({ x })); function module() {} console.log(list); require("./module.cjs");`,
  "builtins.cjs": `const nodeModule = require("node:module"); const { Worker, isMainThread } = require("node:worker_threads");
const find = (run) => { try { return typeof run(); } catch (error) { return error.code; } };
console.log(isMainThread, nodeModule.builtinModules.join(), nodeModule.isBuiltin("internal/util"), find(() => require("internal/util")), Object.isFrozen(nodeModule.builtinModules));
import("node:module").then(({ builtinModules }) => console.log(builtinModules.length)); import("internal/util").catch((error) => console.log(error.code));
if (isMainThread) new Worker(__filename);`,
};

/** Files that V8 does not compile. */
const REFUSED = {
  "module.cjs": "const list = [1].concat([2]); const module = [list].concat(require);",
  "regexp.cjs": "const list = [1].concat([2], /(?<a>.)(?<a>.)/u);",
  "twice.cjs": "let list = [1].concat([2]); let list = [3].concat([4]);",
};

/** Printed by \`node:test\`, and other in each run. */
const withoutRun = (text: string): string =>
  text.replace(/(?<=duration_ms:? )[\d.]+/g, "").replace(/\([\d.]+ms\)|(?<=^\(node:)\d+/gm, "");

describe("heapbook trace of programs that print what they find about themselves", () => {
  it.each(NODES.flatMap((node) => Object.keys(PROGRAMS).map((file) => ({ ...node, file }))))(
    "prints what node prints: $file, $name",
    async ({ node, file }) => {
      const { folder: cwd } = createWorkspace({ ...REFUSED, [file]: PROGRAMS[file] ?? "" });
      const plain = spawnSync(node, [file], { cwd, encoding: "utf8" });
      const run = await runCli(["trace", file, "--allocated", "--json", "-o", "profile.json"], { cwd, by: [node] });
      expect({ stdout: withoutRun(run.stdout), stderr: withoutRun(run.stderr), exitCode: run.exitCode }).toEqual({
        stdout: withoutRun(plain.stdout),
        stderr: withoutRun(plain.stderr),
        exitCode: plain.status,
      });
    },
  );

  it("quotes the author's TypeScript in a failed assertion", async () => {
    const { folder: cwd } = createWorkspace({
      "app.ts": `import assert from "node:assert";
interface Named { readonly name: string }
try { assert(({ name: "a" } as Named).name === ("b" as string)); } catch (error) { console.log((error as Error).message); }`,
    });
    const run = await runCli(["trace", "app.ts", "--allocated", "--json", "-o", "profile.json"], { cwd });
    expect(run.stdout).toContain('assert(({ name: "a" } as Named).name === ("b" as string))\n');
  });

  it.each<[string, string, string]>([
    ["a forged stack", 'const e = new Error("x"); e.stack = "forged"; const o = { a: [list] }; throw e;', "forged"],
    ["a stack that is no text", 'const e = new Error("x"); e.stack = 5; const o = { a: [list] }; throw e;', "5"],
    ["an object", "const o = { a: [list] }; throw { list, o };", "list: [ 1 ]"],
    ["a text", 'const o = { a: [list] }; throw "said";', "said\n(Use `node --trace-uncaught"],
    ["nothing", "const o = { a: [list] }; throw undefined;", "undefined\n(Use `node --trace-uncaught"],
  ])("prints no instrumented code above %s that is thrown", async (_name, code, text) => {
    const { folder: cwd } = createWorkspace({ "app.cjs": `const list = [1];\n${code}` });
    const run = await runCli(["trace", "app.cjs", "--allocated", "--json", "-o", "profile.json"], { cwd });
    expect(run.stderr).toContain(text);
    expect(run.stderr).toContain(`Node.js ${process.version}`);
    expect(run.stderr).not.toContain("$hb");
    expect(run.exitCode).toBe(1);
  });
});

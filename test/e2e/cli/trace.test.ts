import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCli } from "../../helpers/cli.ts";
import { createWorkspace } from "../../helpers/workspace.ts";

const LEAK = `const cache: { id: number; name: string }[] = [];
export function leak(): number {
  for (let i = 0; i < 1000; i++) {
    cache.push({ id: i, name: \`item \${i}\` });
  }
  return cache.length;
}
export const size = 3;
if (process.argv.length > 0 && process.env["EXIT"]) { leak(); process.exit(Number(process.env["EXIT"])); }
`;

const FULL = `interface Size { readonly n: number }


export const full = (size: Size): never => {
  throw new Error(\`full: \${[size.n].length}\`);
};
full({ n: 1 });`;

describe("heapbook trace", () => {
  it("prints the heaviest lines in Python's form, with their source", async () => {
    const { folder } = createWorkspace({ "src/leak.ts": LEAK });
    const run = await runCli(["trace", "src/leak.ts", "--export", "leak"], { cwd: folder });
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    const [title, line, source] = run.stdout.split("\n");
    expect(title).toBe("Live at the end");
    expect(line).toMatch(/^src\/leak\.ts:4: size=[\d.]+ KiB, count=\d+, average=\d+ B$/);
    expect(source).toBe(`    ${LEAK.split("\n")[3]?.trim()}`);
    expect(run.stdout).toContain("Allocated, freed memory included\nsrc/leak.ts:4: size=");
  });

  it("compares with the program at a git revision, line by line, though it has moved since", async () => {
    const source = (count: number): string =>
      `const all = [];\nfor (let i = 0; i < ${count}; i++) all.push({ i });\nmodule.exports = all;\n`;
    const workspace = createWorkspace({ "lib/store.js": source(100), "app.js": 'require("./lib/store.js");\n' });
    const cwd = workspace.folder;
    const git = (...args: string[]) =>
      spawnSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd, encoding: "utf8" });
    for (const args of [
      ["init", "-q"],
      ["add", "-A"],
      ["commit", "-qm", "one"],
      ["mv", "lib", "src"],
    ])
      git(...args);
    workspace.write("src/store.js", `// moved\n${source(100)}const more = [new Array(1000)];\n`);
    workspace.write("app.js", 'require("./src/store.js");\n');
    const status = git("status", "--porcelain").stdout;
    const run = await runCli(["trace", "app.js", "--compare", "HEAD", "--heapprofile-live", "l.heapprofile"], { cwd });
    expect(run).toMatchObject({ exitCode: 0, stderr: "Wrote l.heapprofile\n" });
    expect(run.stdout).toMatch(/^src\/store\.js:5: size=\d+ B \(\+\d+ B\)/m);
    expect(run.stdout).not.toMatch(/^lib\/|store\.js:3: /m);
    expect(git("status", "--porcelain").stdout).toBe(`${status}?? l.heapprofile\n`);

    workspace.write("says.js", `require("node:fs").writeFileSync("ran.txt", "");`);
    const missing = await runCli(["trace", "says.js", "--compare", "HEAD~9"], { cwd });
    expect(missing).toMatchObject({ exitCode: 2, stdout: "" });
    expect(missing.stderr).toContain("`HEAD~9` of `--compare` is neither a file nor a git revision");
    expect(existsSync(join(cwd, "ran.txt")), "the program ran first").toBe(false);
  });

  it("writes JSON that it compares with, and a .heapprofile of V8's form", async () => {
    const workspace = createWorkspace({ "leak.ts": LEAK, "none.ts": "export function leak() {}" });
    const cwd = workspace.folder;
    const json = await runCli(["trace", "leak.ts", "--export", "leak", "--json", "--heapprofile", "l.heapprofile"], {
      cwd,
    });
    workspace.write("leak.json", json.stdout);

    const same = await runCli(["trace", "leak.ts", "--export", "leak", "--compare", "leak.json"], { cwd });
    expect(same.stdout).toContain("No line differs");
    const less = await runCli(["trace", "none.ts", "--export", "leak", "--compare", "leak.json"], { cwd });
    expect(less.stdout).toMatch(/^leak\.ts:4: size=0 B \(-[\d.]+ KiB\), count=0 \(-\d+\)$/m);

    interface Node {
      readonly id: number;
      readonly selfSize: number;
      readonly callFrame: Readonly<Record<string, unknown>>;
      readonly children: readonly Node[];
    }
    const { head, samples } = JSON.parse(workspace.read("l.heapprofile")) as {
      head: Node;
      samples: { size: number; nodeId: number; ordinal: number }[];
    };
    const all = (node: Node): Node[] => [node, ...node.children.flatMap(all)];
    const nodes = all(head);
    expect(new Set(nodes.map(({ id }) => id)).size).toBe(nodes.length);
    for (const { callFrame } of nodes) {
      expect(Object.keys(callFrame)).toEqual(["functionName", "scriptId", "url", "lineNumber", "columnNumber"]);
    }
    const heaviest = nodes.reduce((most, node) => (node.selfSize > most.selfSize ? node : most));
    expect(heaviest.callFrame).toMatchObject({ functionName: "leak", lineNumber: 3 });
    const total = nodes.reduce((sum, { selfSize }) => sum + selfSize, 0);
    expect(samples.reduce((sum, { size }) => sum + size, 0)).toBe(total);
  });

  it("estimates from samples, with half of the 95 % interval of each line", async () => {
    const { folder, write } = createWorkspace({ "leak.ts": LEAK });
    const sample = ["trace", "leak.ts", "--export", "leak", "--sample", "64"];
    const run = await runCli(sample, { cwd: folder });
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    expect(run.stdout).toMatch(
      /^Live at the end, estimated from samples, one for every 64 B on average; ± is half of the 95 % interval\nleak\.ts:4: size=[\d.]+ KiB, count=\d+, average=\d+ B, ±[\d.]+ %\n/,
    );
    const json = await runCli([...sample, "--json"], { cwd: folder });
    expect(JSON.parse(json.stdout)).toMatchObject({ instrumentation: { engine: "sampler", intervalBytes: 64 } });
    write("before.json", json.stdout);
    const compared = await runCli([...sample, "--compare", "before.json"], { cwd: folder });
    expect(compared.stdout).toMatch(/^leak\.ts:4: size=.*, ±[\d.]+ (Ki)?B$/m);
  });

  it("says with --allocated that what V8 makes in the old generation is in no line", async () => {
    const { folder } = createWorkspace({
      "symbols.js": "const all = [];\nfor (let i = 0; i < 20_000; i++)\n  all.push(Symbol());\n",
    });
    const run = await runCli(["trace", "symbols.js", "--allocated"], { cwd: folder });
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    const [, bytes = ""] =
      /^Lower bound: ([\d,]+)\sB that V8 allocated in the old generation belong to no line\.$/m.exec(run.stdout) ?? [];
    expect(Number(bytes.replaceAll(",", ""))).toBeGreaterThan(400_000);
    expect(Number(bytes.replaceAll(",", ""))).toBeLessThan(800_000);
  });

  it.each([["0"], ["-1"], ["1.5"], ["often"]])("--sample %s is no interval", async (interval) => {
    const { folder } = createWorkspace({ "leak.ts": LEAK });
    const run = await runCli(["trace", "leak.ts", `--sample=${interval}`], { cwd: folder });
    expect(run).toMatchObject({ exitCode: 2, stdout: "" });
    expect(run.stderr).toContain("whole number");
  });

  it.each([
    {
      args: ["leak.ts", "--sample", "512", "--allocated"],
      exitCode: 2,
      says: /cannot be used with option '--allocated'/,
    },
    {
      args: ["leak.ts", "--engine", "meter", "--sample", "512"],
      exitCode: 2,
      says: /--engine meter and --sample are two engines\. \[bad-usage\]\n.*--sample is short for --engine sampler/,
    },
    {
      args: ["leak.ts", "--engine", "tracker", "--allocated"],
      exitCode: 2,
      says: /--engine tracker and --allocated are two engines\. \[bad-usage\]\n.*--allocated is short for --engine meter/,
    },
    { args: ["nope.ts"], exitCode: 2, says: /There is no file nope\.ts\. \[file-not-found\]/ },
    { args: ["data.json"], exitCode: 2, says: /data\.json is no script/ },
    { args: ["leak.ts", "--export", "leek"], exitCode: 2, says: /no export `leek`.*\n.*Did you mean `leak`\?/ },
    {
      args: ["leak.ts", "--export", "size"],
      exitCode: 2,
      says: /`size` of leak\.ts is not a function but of type number/,
    },
    { args: ["bad.ts"], exitCode: 1, says: /^bad\.ts:1:9: error: Unexpected ";"/ },
    { args: ["."], exitCode: 2, says: /\. is no script: it is a folder without index\.js/ },
    {
      args: ["leak.ts", "--modules", "left-pat"],
      exitCode: 2,
      says: /--modules left-pat: no package of that name is installed\. \[unknown-package\]\n.*Did you mean `left-pad`\?/,
    },
    {
      args: ["--inspect", "leak.ts"],
      exitCode: 2,
      says: /unknown option '--inspect'[\s\S]*Flags of Node go into --flags/,
    },
    {
      args: ["fills.ts", "--flags=--max-old-space-size=40"],
      exitCode: 1,
      says: /reached its heap limit of .* while it was traced[\s\S]*--engine sampler/,
    },
    {
      args: ["leak.ts", "--flags=--max-old-space-size=much"],
      exitCode: 2,
      says: /^error: `--max-old-space-size=much`: the value must be of type/,
    },
    { args: ["leak.ts", "--flags=--no-such"], exitCode: 2, says: /Node refuses --no-such\. \[unknown-flag\]/ },
    { args: ["leak.ts", "--to", "pdf"], exitCode: 2, says: /--to <format>.*Allowed choices are html/ },
    { args: ["leak.ts", "--to", "html", "--json"], exitCode: 2, says: /--json and --to html ask for two outputs/ },
    { args: ["leak.ts", "-o", "leak.html"], exitCode: 2, says: /Add --to html/ },
    {
      args: ["leak.ts", "--to", "html", "-o", "no/a.html"],
      exitCode: 2,
      says: /no\/a\.html cannot be written \(ENOENT\)/,
    },
    { args: ["leak.ts", "--compare", "data.json"], exitCode: 2, says: /data\.json is not a line profile/ },
  ])("$args", async ({ args, exitCode, says }) => {
    const { folder } = createWorkspace({
      "leak.ts": LEAK,
      "data.json": "{}",
      "bad.ts": "let x = ;",
      "node_modules/left-pad/index.js": "",
      "fills.ts": "const all: unknown[] = []; for (;;) all.push([1, 2, 3]);",
    });
    const run = await runCli(["trace", ...args], { cwd: folder });
    expect(run).toMatchObject({ exitCode, stdout: "" });
    expect(run.stderr).toMatch(says);
    expect(run.stderr).not.toMatch(/^\s+at /m);
  });

  it("runs the main module as Node does: arguments, exit code, callbacks, what Node keeps", async () => {
    const { folder } = createWorkspace({
      "main.cjs": `const kept = new Map();
if (require.main === module) setTimeout(() => {
  for (let i = 0; i < 1000; i++) kept.set(i, { i, list: [i, i] });
  console.log(process.argv.slice(2).join("|"), process.execArgv.length);
  process.exitCode = 3;
}, 20);
module.exports = kept;`,
      "throws.mjs": 'export const table = Array.from({ length: 1000 }, (_, i) => [i]);\nthrow new Error("no");',
    });
    // A thousand objects of 40 B with arrays of 64 B, and a table of 1,024 entries: 132,712 B.
    const run = await runCli(["trace", "main.cjs", "--", "--port", "30"], { cwd: folder });
    expect(run).toMatchObject({ exitCode: 3, stderr: "" });
    expect(run.stdout).toMatch(/^--port\|30 0\nLive at the end\nmain\.cjs:3: size=130 KiB, count=3001/);
    expect(run.stdout).not.toContain("main.cjs:0");
    const failed = await runCli(["trace", "throws.mjs"], { cwd: folder });
    expect(failed.exitCode).toBe(1);
    expect(failed.stdout).toMatch(/^throws\.mjs:1: size=\d+\.?\d* KiB/m);
    expect(failed.stderr).toMatch(/Error: no\n {4}at /);
  });

  it("counts memory outside of V8's heap that no line owns", async () => {
    const { folder } = createWorkspace({
      "strings.js": `globalThis.kept = [];
for (let i = 0; i < 20; i++) kept.push(Buffer.alloc(1 << 20, 97).toString("latin1"));
kept.push(new SharedArrayBuffer(1 << 20));`,
    });
    const run = await runCli(["trace", "strings.js"], { cwd: folder });
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    expect(run.stdout).toMatch(/^strings\.js:3: size=1\.00 MiB|^strings\.js:3: size=102\d KiB/m);
    // From Node 24 on V8's tracker knows the line of the strings.
    const strings = /^strings\.js:2: size=20\.\d MiB|^ {2}of it outside of V8's heap .*: 20\.\d MiB$/m;
    expect(run.stdout.match(new RegExp(strings, "gm"))).toHaveLength(1);
  });

  it("finds the descriptors of Heapbook closed, as under Node, and reports an abort that is no full heap as one", async () => {
    const { folder } = createWorkspace({
      "closes.js": `const fs = require("fs");
for (let i = 10; i < 14; i++) try { fs.closeSync(i); } catch (e) { console.log(e.code, fs.closeSync.name); }
fs.close(10, (e) => console.log(e.code));`,
      "all.js": `const fs = require("fs");
for (let i = 3; i < 64; i++) try { fs.closeSync(i); } catch {}
setTimeout(() => {}, 300);`,
    });
    const run = await runCli(["trace", "closes.js"], { cwd: folder });
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    expect(run.stdout).toMatch(/^(EBADF closeSync\n){4}EBADF\nLive at the end/);
    // Node loses its own descriptors, and aborts: V8's heap has nothing to do with it.
    const all = await runCli(["trace", "all.js"], { cwd: folder });
    expect(all.exitCode).not.toBe(0);
    expect(all.stderr).not.toContain("heap limit");
  });

  it("compares the start of a module with the start of the other, whatever their first lines are", async () => {
    const source = 'const os = require("os");\nglobalThis.kept = [1, 2, 3].map((x) => [x, os.EOL]);\n';
    const { folder } = createWorkspace({ "before.js": source, "after.js": `// inserted\n${source}` });
    const run = await runCli(["trace", "after.js", "--compare", "before.js"], { cwd: folder });
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    const [live, allocated] = run.stdout.split("\nAllocated, freed memory included\n");
    expect(live).toBe("Live at the end\nNo line differs\n");
    // V8's tracker sometimes gives a shape of objects to another function (304 B of 23 KiB in 1 of 10 processes). A start
    // that is compared with another line would differ by all of its 23 KiB.
    expect(allocated).toMatch(
      /^(?:No line differs|after\.js:1: size=\d+\.\d KiB \([+-]\d{1,3} B\), .*\n.*\nTotal: [+-]\d{1,3} B)\n$/,
    );
    const metered = await runCli(["trace", "after.js", "--engine", "meter", "--compare", "before.js"], { cwd: folder });
    expect(metered).toMatchObject({ exitCode: 0, stderr: "" });
    expect(metered.stdout.match(/^No line differs$/gm)).toHaveLength(1);
  });

  it("leaves signals to a program that handles them", async () => {
    const { folder } = createWorkspace({
      "handles.js": `process.once("SIGTERM", () => {});
process.on("SIGINT", () => { console.log("bye"); process.exit(9); });
globalThis.kept = Array.from({ length: 1000 }, (_, i) => [i]);
setInterval(() => {}, 1000);
setTimeout(() => process.kill(process.pid, "SIGTERM"), 50);
setTimeout(() => process.kill(process.pid, "SIGINT"), 100);`,
    });
    const run = await runCli(["trace", "handles.js"], { cwd: folder });
    expect(run).toMatchObject({ exitCode: 9, stderr: "" });
    expect(run.stdout).toMatch(/^bye\nLive at the end\nhandles\.js:3: size=/);
  });

  it("passes every signal on to the program: a reading, then an end with results", async () => {
    const { folder } = createWorkspace({
      "asks.js": `globalThis.kept = Array.from({ length: 1000 }, (_, i) => [i]);
setTimeout(() => {
  process.kill(process.ppid, "SIGUSR2");
  setTimeout(() => process.kill(process.ppid, "SIGQUIT"), 300);
}, 50);
setInterval(() => {}, 1000);`,
      "aborts.js": "globalThis.kept = Array.from({ length: 1000 }, (_, i) => [i]);\nprocess.abort();",
    });
    const run = await runCli(["trace", "asks.js", "--on", "SIGUSR2"], { cwd: folder });
    expect(run).toMatchObject({ exitCode: 131, stderr: "" });
    expect(run.stdout).toMatch(/^Live at the end\nasks\.js:1: size=/);
    expect(run.stdout).toMatch(/^1\. after [\d.]+ s: live=/m);
    const aborted = await runCli(["trace", "aborts.js"], { cwd: folder });
    expect(aborted.exitCode).toBe(134);
    expect(aborted.stdout).toMatch(/^Live at the end\naborts\.js:1: size=/);
  });

  it("runs a folder as Node does, and hides from workers that Node has loaded a file before", async () => {
    const { folder } = createWorkspace({
      "app/index.js": `console.log(require.main === module, process.title === process.argv0, Object.keys(require.cache).length);
new (require("worker_threads").Worker)("console.log(process.execArgv, Object.keys(require.cache))", { eval: true });`,
    });
    const run = await runCli(["trace", "app"], { cwd: folder });
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    expect(run.stdout).toMatch(/^true true 1\n\[\] \[\]\nLive at the end\n/);
  });

  it("shows the stacks, messages and function texts of plain Node", async () => {
    const program = `const o = {};
function call(n) { return [n].map((x) => ({ x, v: o.x.y(x, \`a\${x}\`) })); }
class Full extends Error { constructor(size) { super(\`full: \${size}\`); this.code = "FULL"; } }
function iterate() { for (const x of o.z) x; }
function destructure() { const { a } = o.p; return a; }
function method() { return call(2).q(); }
const tried = [call, iterate, destructure, method];
for (const each of tried) try { each(); } catch (e) { console.log(e.message, e.stack); }
console.log(String(call));
const deep = (n) => { if (n === 0) throw new Full([n].length); return [deep(n - 1)]; };
setTimeout(() => deep(3), 1);`;
    const { folder } = createWorkspace({
      "app.cjs": program,
      "full.ts": FULL,
    });
    const plain = spawnSync(process.execPath, ["app.cjs"], { cwd: folder, encoding: "utf8" });
    const run = await runCli(["trace", "app.cjs", "--json", "-o", "app.json"], { cwd: folder });
    expect(run.stdout).toBe(plain.stdout);
    expect(run.stderr).toBe(plain.stderr);
    expect(run.exitCode).toBe(plain.status);
    const compiled = await runCli(["trace", "full.ts"], { cwd: folder });
    expect(compiled.exitCode).toBe(1);
    const lines = compiled.stderr.split("\n");
    // As `node` on the compiled module: an error of an ES module is marked where it is made.
    expect(lines.slice(1, 4)).toEqual([FULL.split("\n")[4], "        ^", ""]);
    expect(lines[4]).toBe("Error: full: 1");
    expect(lines[5]).toMatch(/^ {4}at full \(.*full\.ts:5:9\)$/);
    expect(compiled.stderr).not.toContain("$hb");
  });

  it.each(["tracker", "meter", "sampler"])("hides itself from the program, %s", async (engine) => {
    const program = `const tries = [() => g().y(), () => this.none(), () => (0, o.m)(), () => g()(), () => o[g()](), () => { for (const x of g().y) x; }];
const o = { m: 1 }, g = () => ({});
for (const each of tries) try { each(); } catch (e) { console.log(e.message.replace("f3.y", "f3(...).y")); }
console.log(["SIGINT", "SIGTERM", "newListener", "removeListener"].map((each) => process.listenerCount(each)), process.eventNames());
console.log("gc" in globalThis, typeof internalBinding, typeof primordials, Object.keys(process.env).filter((each) => /HEAPBOOK/.test(each)));
console.log(Object.hasOwn(process, "emit"), process.execArgv, process.argv.length);
(function () {
  try {
    (function named(list) {
      new Function("o", "return [o.x.y]")(list);
    })(
      [1],
    );
  } catch (e) { console.log(e.stack); }
})();
class Owner { evaluates() { return [eval("o.a.b")]; } }
try { new Owner().evaluates(); } catch (e) { console.log(e.stack); }
Error.stackTraceLimit = 3;
const deep = (n) => { if (n === 0) throw new Error("deep"); return [deep(n - 1), 1]; };
try { deep(9); } catch (e) { console.log(e.stack, Error.stackTraceLimit); }
Error.stackTraceLimit++;
console.log(Error.stackTraceLimit);
process.on("SIGINT", () => {});
console.log(process.listenerCount("SIGINT"));
process.removeAllListeners("SIGINT");
import("./none.mjs").catch((e) => console.log(e.code, /heapbook|harness|hooks/i.test(e.stack)));`;
    const { folder } = createWorkspace({ "app.cjs": program });
    const plain = spawnSync(process.execPath, ["app.cjs"], { cwd: folder, encoding: "utf8" });
    const run = await runCli(["trace", "app.cjs", "--engine", engine, "--json", "-o", "app.json"], { cwd: folder });
    // V8's own text for the last of them has another form where the value is undefined.
    const same = (text: string): string =>
      text.replace(/^g is not iter.*|^g\.y is not iter.*|^g\(\.\.\.\)\.y is not iter.*/m, "-");
    expect(same(run.stdout)).toBe(same(plain.stdout));
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
  });

  it("writes a page of its own, or of the difference of two, and prints its path", async () => {
    const printing = `${LEAK}\nconsole.error("\\u001b[31mred\\u001b[0m <b> \\u0007");\n`;
    const workspace = createWorkspace({ "src/leak.ts": printing, "none.ts": "export function leak() {}" });
    const cwd = workspace.folder;
    const args = ["trace", "src/leak.ts", "--export", "leak", "--to", "html", "-q"];
    const run = await runCli([...args, "--flags=--max-old-space-size=300"], { cwd });
    expect(run).toEqual({ ...run, exitCode: 0, stdout: "leak.trace.html\n", stderr: "" });
    const page = workspace.read("leak.trace.html");
    const text = page
      .replace(/<(style|script|svg)\b.*?<\/\1>/gs, "")
      .replace(/<[^>]*>/g, " ")
      .replaceAll("&#x3D;", "=");
    expect(page).toContain("<samp>red &lt;b&gt; \u2407\n</samp>");
    expect(text).toMatch(/src\/leak\.ts:4\s+cache\s?\.\s?push/);
    expect(text).toContain(`Node ${process.versions.node}, V8 ${process.versions.v8}`);
    expect(text).toContain("--max-old-space-size=300");
    expect(text).toContain("npx heapbook trace src/leak.ts --export leak --flags=--max-old-space-size=300 --to html");
    expect(page).toContain("default-src 'none'");

    const both = await runCli([...args, "--compare", "none.ts", "-o", "both.html"], { cwd });
    expect(both).toMatchObject({ exitCode: 0, stdout: "both.html\n" });
    expect(workspace.read("both.html")).toContain("src/leak.ts less none.ts");
    expect(workspace.read("both.html")).toContain("--compare none.ts --to html -o both.html</code>");
  });

  it("says what it cannot attribute to a line, and what is outside of it", async () => {
    const { folder } = createWorkspace({
      "odd.ts": `function* all() { yield* [{ a: 1 }]; }
export function run() { [...all()]; return eval("[1]"); }
`,
    });
    const run = await runCli(["trace", "odd.ts", "--export", "run"], { cwd: folder });
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    expect(run.stdout).toMatch(/^ {2}not line-level: \d+ places?: .*odd\.ts:1 \(yield\*: /m);
    expect(run.stdout).toMatch(/^Outside of what is traced by line: `eval` at odd\.ts:2$/m);
  });

  it("measures up to process.exit(0) where the script runs whole", async () => {
    const { folder } = createWorkspace({ "leak.ts": `${LEAK}leak(); process.exit(0);` });
    const run = await runCli(["trace", "leak.ts", "--top", "1"], { cwd: folder });
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    expect(run.stdout).toMatch(/^leak\.ts:4: size=/m);
  });
});

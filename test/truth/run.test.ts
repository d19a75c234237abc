import { describe, expect, it } from "vitest";
import { bundleCell } from "../../src/bundle/bundle-cell.ts";
import { cell, makeReportFolder } from "../helpers/report-folder.ts";
import { lineWith, profileOf, traceCell } from "../helpers/traced-runner.ts";
import { printed, runCell, stdoutOf } from "../helpers/trial-runner.ts";

const readingOf = (trial: Awaited<ReturnType<typeof runCell>>, id: string): number =>
  trial.readings.find((reading) => reading.id === id)?.value ?? Number.NaN;

// Of x64 without pointer compression: an array of so many small integers.
const N = 50_000;
const BYTES = 8 * N;

describe("a cell without measure()", () => {
  it.each([
    ["a timer", `setTimeout(() => { globalThis.held = new Array(${N}).fill(1); }, 20);`],
    ["a promise", `const work = async () => { await 1; globalThis.held = new Array(${N}).fill(1); };\nvoid work();`],
    [
      "an interval",
      `let i = 0; const t = setInterval(() => { if (++i === 5) { clearInterval(t); globalThis.held = new Array(${N}).fill(1); } }, 2);`,
    ],
    ["an event", `process.once("beforeExit", () => { globalThis.held ??= new Array(${N}).fill(1); });`],
    [
      "work that a listener of beforeExit begins",
      `let once = false;
process.on("beforeExit", () => {
  if (once) return;
  once = true;
  setTimeout(() => { globalThis.held = new Array(${N}).fill(1); }, 5);
});`,
    ],
    ["an exit", `globalThis.held = new Array(${N}).fill(1);\nprocess.exit(0);`],
  ])("is measured until its process would end: %s", async (_name, code) => {
    const trial = await runCell(code, { probe: "peak" });
    expect(trial.failure).toBeNull();
    expect(readingOf(trial, "endLive")).toBeGreaterThanOrEqual(BYTES);
    expect(readingOf(trial, "endLive")).toBeLessThan(BYTES + 32 * 1024);
  });

  it("has the lines of its callbacks in its profile", async () => {
    const profile = profileOf(
      await traceCell(`setTimeout(() => {\n  globalThis.held = new Array(${N}).fill(1); // [later]\n}, 20);`),
    );
    expect(lineWith(profile, "[later]").liveBytes).toBeGreaterThanOrEqual(BYTES);
  });

  it("has the lines of what a listener of beforeExit begins", async () => {
    const profile = profileOf(
      await traceCell(
        `process.once("beforeExit", () => setTimeout(() => {\n  globalThis.held = new Array(${N}).fill(1); // [later]\n}, 5));`,
      ),
    );
    expect(lineWith(profile, "[later]").liveBytes).toBeGreaterThanOrEqual(BYTES);
  });

  it("times its callbacks", async () => {
    expect(readingOf(await runCell("setTimeout(() => {}, 60);", { probe: "time" }), "wallTime")).toBeGreaterThan(50);
  });
});

describe("modules beside the report", () => {
  const files = {
    "table.ts": `export const table = Array.from({ length: ${N} }, (_, i) => i);\nexport const count = () => 1;\n`,
    "cache.cjs": "const cache = []; module.exports = { fill(n) { cache.push(new Array(n).fill(1)); } };",
  };

  it.each([
    ["an export that nothing uses any more", 'import { count, table } from "./table.ts";\ncount(table.length);'],
    ["a CommonJS cache that a function fills", `import { fill } from "./cache.cjs";\nfill(${N});`],
  ])("keep their state until the process ends: %s", async (_name, code) => {
    const trial = await runCell(code, { files, probe: "peak" });
    expect(trial.failure).toBeNull();
    expect(readingOf(trial, "endLive")).toBeGreaterThanOrEqual(BYTES);
  });

  it("keep what a region fills", async () => {
    const code = `import { measure } from "heapbook";\nimport { fill } from "./cache.cjs";\nmeasure(() => fill(${N}));`;
    expect(readingOf(await runCell(code, { files, probe: "peak" }), "endLive")).toBeGreaterThanOrEqual(BYTES);
  });

  it("do not keep variables of the cell itself longer than Node does", async () => {
    const trial = await runCell(`const own = new Array(${N}).fill(1);\nown.at(0);`, { probe: "peak" });
    expect(readingOf(trial, "endLive")).toBeLessThan(BYTES / 2);
  });

  it("have line numbers as before: the statement that keeps them is behind the code", async () => {
    const folder = makeReportFolder();
    folder.write("table.ts", files["table.ts"]);
    const report = folder.report(cell("a", 'import { table } from "./table.ts";\ntable.at(0);'));
    const [only] = report.cells;
    if (only === undefined) throw new Error("the report has no cell");
    const { code } = await bundleCell(report, only, { params: {}, results: new Map() });
    expect(code.trimEnd().split("\n").at(-1)).toMatch(/^globalThis\[Symbol\.for\("heapbook\.keep"\)\]/);
  });
});

describe("what belongs to the program", () => {
  it("is a listener of uncaught errors, of the top level and of callbacks", async () => {
    const code = `const seen = [];
process.on("uncaughtException", (error) => seen.push(error.message));
process.on("exit", () => console.log(JSON.stringify(seen)));
setTimeout(() => { throw new Error("in a callback"); }, 5);
throw new Error("at the top");`;
    expect(printed(await runCell(code))).toEqual(["at the top", "in a callback"]);
  });

  it("is a domain", async () => {
    const code = `import domain from "node:domain";
const d = domain.create();
d.on("error", (error) => console.log(JSON.stringify(error.message)));
d.run(() => setTimeout(() => { throw new Error("in a domain"); }, 5));`;
    expect(printed(await runCell(code))).toBe("in a domain");
  });

  it("is not an error that nothing handles: it fails the trial, without Node's own text", async () => {
    const trial = await runCell('setTimeout(() => { throw new Error("late"); }, 5);');
    expect(trial.failure).toMatchObject({ kind: "exception", message: "late", uncaught: true });
    expect(trial.outputs).toEqual([]);
    expect(stdoutOf(trial)).toBe("");
  });
});

describe("an error", () => {
  it("is shown whole: its code, its causes, the members of an AggregateError", async () => {
    const code = `const cause = new TypeError("inner", { cause: Object.assign(new Error("deepest"), { code: "EDEEP" }) });
throw Object.assign(new AggregateError([cause, "text"], "several"), { code: "EMANY" });`;
    expect((await runCell(code)).failure).toMatchObject({
      name: "AggregateError",
      message: [
        "several [EMANY]",
        "[errors[0]] TypeError: inner",
        "[errors[0].cause] Error: deepest [EDEEP]",
        "[errors[1]] text",
      ].join("\n"),
    });
  });

  it("that is its own cause is shown once, and of many members the first ten", async () => {
    const own = await runCell('const e = new Error("loop"); e.cause = e; throw e;');
    expect(own.failure).toMatchObject({ message: "loop\n[cause] Error: loop" });
    const many = await runCell('throw new AggregateError(Array.from({ length: 30 }, (_, i) => i), "many");');
    expect((many.failure as { message: string }).message).toMatch(/\[errors\[9\]\] 9\nand 20 more$/);
  });
});

describe("an error whose properties throw", () => {
  it("is described as far as it can be", async () => {
    const code = `const e = new Error("x");
for (const key of ["stack", "message"]) Object.defineProperty(e, key, { get() { throw new Error("no"); } });
throw e;`;
    expect((await runCell(code)).failure).toMatchObject({ message: "(its message cannot be read)", uncaught: false });
  });
});

describe("work that outlives its region", () => {
  it("is none of a cell without regions, which ends with its process", async () => {
    const trial = await runCell("setInterval(() => {}, 1000); setTimeout(() => process.exit(0), 10);");
    expect(trial.unfinishedWork).toEqual([]);
  });

  it("is reported with the region and its kinds; awaited work is not", async () => {
    const code = `import { measure } from "heapbook";
import { createServer } from "node:net";
await measure(() => new Promise((resolve) => setTimeout(resolve, 5)), { name: "awaited" });
measure(() => void setTimeout(() => {}, 20), { name: "timer" });
const { value } = measure(() => createServer().listen(0), { name: "server" });
setTimeout(() => value.close(), 30);`;
    const { unfinishedWork, failure } = await runCell(code);
    expect(failure).toBeNull();
    expect(unfinishedWork.map(({ region, kinds }) => [region, kinds])).toEqual([
      ["timer", ["Timeout"]],
      ["server", ["TCPServerWrap"]],
    ]);
  });
});

describe("memory that no metric of live or allocated bytes contains", () => {
  it.each([
    [
      "a worker's",
      `import { Worker } from "node:worker_threads";\nnew Worker("", { eval: true });`,
      ["worker-threads"],
    ],
    [
      "a shared one of WebAssembly",
      `globalThis.memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });\nnew Uint8Array(memory.buffer)[0] = 1;`,
      ["webassembly"],
    ],
    // V8 counts it up to Node 24.
    [
      "one of WebAssembly in a region",
      `import { measure } from "heapbook";\nmeasure(() => new WebAssembly.Memory({ initial: 1 }));`,
      Number.parseInt(process.versions.node, 10) < 25 ? undefined : ["webassembly"],
    ],
    [
      "of a resized ArrayBuffer",
      "const buffer = new ArrayBuffer(8, { maxByteLength: 16 });\nbuffer.resize(16);",
      Number.parseInt(process.versions.node, 10) < 24 ? ["resizable-buffers"] : undefined,
    ],
    ["of SharedArrayBuffers", "for (let i = 0; i < 64; i++) new SharedArrayBuffer(16);", ["shared-buffers"]],
    [
      "none of a shared buffer to sleep by",
      "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);",
      undefined,
    ],
    ["none of a cell that only names it", `console.log("WebAssembly and worker_threads");`, undefined],
    [
      "none of an ArrayBuffer that could be resized",
      "const buffer = new ArrayBuffer(8, { maxByteLength: 16 });\nbuffer.resize(8);",
      undefined,
    ],
    [
      "none of a module that could start a worker",
      `if (process.pid === 0) { const { Worker } = await import("node:worker_threads"); new Worker("", { eval: true }); }`,
      undefined,
    ],
    [
      "none of a memory of WebAssembly that V8 counts, beside a shared buffer",
      "globalThis.memory = new WebAssembly.Memory({ initial: 1 });\nglobalThis.shared = new SharedArrayBuffer(4);",
      Number.parseInt(process.versions.node, 10) < 25 ? undefined : ["webassembly"],
    ],
  ])("is reported: %s", async (_, code, expected) => {
    const { unseenMemory, outputs, failure } = await runCell(code);
    expect(failure).toBeNull();
    expect(unseenMemory).toEqual(expected);
    // Looking for it prints nothing.
    expect(outputs.map((output) => ("text" in output ? output.text : ""))).toEqual(
      code.startsWith("console") ? ["WebAssembly and worker_threads\n"] : [],
    );
  });
});

import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { trialFlags } from "../../src/experiment/probe-flags.ts";
import type { LineProfile } from "../../src/model/line-profile.ts";
import { listRuntimes } from "../../src/runtimes/find-runtime.ts";
import { runProgram } from "../helpers/cli.ts";
import { arrayBytes, CODE, KNOWN, N, sum, TRUTH } from "../helpers/known-sizes.ts";
import { once } from "../helpers/once.ts";
import { lineWith, profileOf, traceCell } from "../helpers/traced-runner.ts";

/** Interpreters that are installed in this checkout. */
const OTHER_NODES = listRuntimes(fileURLToPath(new URL("../../.heapbook/runtimes", import.meta.url))).map(
  ({ path }) => path,
);

/** One process for each number of warm-up calls. Tests that need a single process share it. */
const traced = once((warmup: number) => traceCell(CODE, { modules: [KNOWN], warmup }));

describe("allocations by line", () => {
  it("are those that can be computed, to the byte, and the same in each of five processes", async () => {
    const texts = new Set<string>();
    for (let run = 0; run < 5; run++) {
      const trial = await (run === 0 ? traced(1) : traceCell(CODE, { modules: [KNOWN], warmup: 1 }));
      const profile = profileOf(trial);
      const found = Object.fromEntries(
        Object.keys(TRUTH).map((mark) => {
          const { allocatedBytes, liveBytes } = lineWith(profile, mark);
          return [mark, [allocatedBytes, liveBytes]];
        }),
      );
      expect(found).toEqual(TRUTH);
      texts.add(JSON.stringify(profile.lines));
    }
    expect(texts.size).toBe(1);
  });

  it("add up to the metrics of the probe, and with what is elsewhere to the call tree, to the byte", async () => {
    const trial = await traced(0);
    const { lines, calls, elsewhere } = profileOf(trial);
    const metrics = Object.fromEntries(trial.readings.map(({ id, value }) => [id, value]));
    expect(metrics["tracedAllocated"]).toBe(sum(lines.map(({ allocatedBytes }) => allocatedBytes)));
    expect(metrics["tracedLive"]).toBe(sum(lines.map(({ liveBytes }) => liveBytes)));
    for (const [key, metric] of [
      ["allocatedBytes", "tracedAllocated"],
      ["liveBytes", "tracedLive"],
    ] as const) {
      const total = (node: typeof calls): number => node[key] + sum(node.children.map(total));
      expect(total(calls)).toBe((metrics[metric] ?? 0) + elsewhere[key]);
    }
  });

  it("leave the shapes that V8 keeps for live objects to `elsewhere`, and types have all of both", async () => {
    const profile = profileOf(
      await traceCell(`import { measure } from "heapbook";
const kept = [];
measure(() => {
  for (let i = 0; i < 1000; i++) kept.push({ ...{ ["key" + i]: i } }); // [shapes]
});
console.log(kept.length);`),
    );
    const { lines, elsewhere, types } = profile;
    // A shape takes 80 B or more on every version of V8 that is supported, and each of the 1,000 objects has one of its own.
    expect(elsewhere.liveBytes).toBeGreaterThan(80_000);
    expect(lineWith(profile, "[shapes]").liveBytes).toBeLessThan(100_000);
    expect(sum(types.map(({ liveBytes }) => liveBytes))).toBe(
      sum(lines.map(({ liveBytes }) => liveBytes)) + elsewhere.liveBytes,
    );
  });

  it("of closures and yields are in the call tree at their lines, and no function of Heapbook's is", async () => {
    const profile = profileOf(await traced(1));
    const all = (node: typeof profile.calls): (typeof profile.calls)[] => [node, ...node.children.flatMap(all)];
    const nodes = all(profile.calls);
    for (const mark of ["[closure]", "[yield]"]) {
      const { file, line, allocatedBytes, liveBytes } = lineWith(profile, mark);
      const there = nodes.filter((node) => node.file === file && node.line === line);
      expect(sum(there.map((node) => node.allocatedBytes))).toBe(allocatedBytes);
      expect(sum(there.map((node) => node.liveBytes))).toBe(liveBytes);
    }
    expect(nodes.filter(({ functionName }) => functionName.includes("$hb"))).toEqual([]);
  });

  it("without a warm-up are off by what V8 makes once: less than 1 KB a line", async () => {
    const profile = profileOf(await traced(0));
    for (const [mark, [allocated, live]] of Object.entries(TRUTH)) {
      const line = lineWith(profile, mark);
      expect(Math.abs(line.allocatedBytes - allocated), `${mark}: ${line.allocatedBytes} B`).toBeLessThan(1024);
      expect(Math.abs(line.liveBytes - live), `${mark}: ${line.liveBytes} B`).toBeLessThan(256);
    }
  });
});

describe("the cell library", () => {
  it("allocates for no line where it measures, and for the calling line where it works", async () => {
    const trial = await traceCell(`import { measure, random, references } from "heapbook";
const kept = { a: 1 };
measure(() => {
  references(kept); // [measures]
  return Array.from({ length: 500 }, () => random()); // [works]
});`);
    const profile = profileOf(trial);
    // The graph of a whole heap is read for the first: megabytes.
    expect(lineWith(profile, "[measures]").allocatedBytes).toBeLessThan(4096);
    expect(lineWith(profile, "[works]").allocatedBytes).toBeGreaterThan(500 * 100);
    expect(profile.elsewhere.allocatedBytes).toBeLessThan(64 * 1024);
  });
});

/** The same program as its author wrote it, under V8's sampling profiler at an interval of 1 byte: bytes in calls of `work`. */
const ORACLE = `const { Session } = require("node:inspector");
const session = new Session();
session.connect();
import(process.argv[1]).then(({ work }) => {
  for (let i = 0; i < 3; i++) work();
  session.post("HeapProfiler.startSampling", {
    samplingInterval: 1, includeObjectsCollectedByMajorGC: true, includeObjectsCollectedByMinorGC: true,
  });
  globalThis.held = work();
  session.post("HeapProfiler.stopSampling", (error, { profile }) => {
    const bytes = (node) => node.selfSize + node.children.reduce((sum, child) => sum + bytes(child), 0);
    const find = (node) => (node.callFrame.functionName === "work" ? bytes(node) : node.children.reduce((sum, child) => sum + find(child), 0));
    console.log(find(profile.head));
  });
});`;

describe("the sum over lines", () => {
  it("is what V8's own profile of the program without markers has, within 0.1 %", async () => {
    const { lines } = profileOf(await traceCell(CODE, { modules: [KNOWN], warmup: 3 }));
    const flags = trialFlags("lines", []);
    const run = await runProgram(process.execPath, [...flags, "-e", ORACLE, pathToFileURL(KNOWN).href], { cwd: "." });
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    const error = sum(lines.map(({ allocatedBytes }) => allocatedBytes)) / Number(run.stdout) - 1;
    expect(Math.abs(error), `${run.stdout.trim()} B without markers`).toBeLessThan(0.001);
  });
});

describe("regions under the probe lines", () => {
  it("may be nested, repeated, async and throw: the last of a name counts, what throws reports nothing", async () => {
    const trial = await traceCell(`import { measure } from "heapbook";
const make = (n) => Array.from({ length: n }, () => ({ a: 1 })); // [make]
measure(() => {
  const all = make(100);
  measure(() => make(200), { name: "inner" });
  return all;
}, { name: "outer" });
for (const n of [1000, 300]) measure(() => make(n), { name: "again" });
await measure(async () => { await null; return new Array(1000).fill(1); /* [later] */ }, { name: "later" });
try { measure(() => { throw new Error("no"); }, { name: "throws" }); } catch {}`);
    const objects = (region: string): number => lineWith(profileOf(trial, region), "[make]").liveObjects;
    expect(trial.lineProfiles.map(({ region }) => region)).toEqual(["inner", "outer", "again", "later"]);
    // What the inner one made is gone at the end of the outer one.
    expect([objects("inner"), objects("outer"), objects("again")].map((count) => Math.floor(count / 100))).toEqual([
      2, 1, 3,
    ]);
    // Beside the array there is what the promise takes.
    const later = lineWith(profileOf(trial, "later"), "[later]").liveBytes - arrayBytes(N);
    expect(later).toBeGreaterThanOrEqual(0);
    expect(later).toBeLessThan(128);
  });

  it("are the cell's whole run where it has none, ended by process.exit() too", async () => {
    for (const end of ["", "process.exit(0);"]) {
      const trial = await traceCell(`globalThis.held = new Array(${N}).fill(1); // [held]\n${end}`);
      // The property of the global object is the line's too.
      const over = lineWith(profileOf(trial), "[held]").liveBytes - arrayBytes(N);
      expect(over).toBeGreaterThanOrEqual(0);
      expect(over).toBeLessThan(1024);
    }
  });

  it("charge what a package and Node allocate to the line that calls them", async () => {
    const trial = await traceCell(`import { measure } from "heapbook";
import { format } from "node:util";
measure(() => {
  let text = "";
  for (let i = 0; i < 100; i++) text = format("%d %s", i, "x"); // [call]
  return text;
});`);
    const profile = profileOf(trial);
    const { allocatedBytes } = lineWith(profile, "[call]");
    expect(allocatedBytes / sum(profile.lines.map((line) => line.allocatedBytes))).toBeGreaterThan(0.9);
  });

  it("wait for timers that the cell started, and report a promise that never settles", async () => {
    const trial = await traceCell(`import { measure } from "heapbook";
setTimeout(() => measure(() => new Array(10), { name: "timer" }), 50);`);
    // The region of the whole run, which is still open then, makes room for it.
    expect(trial.lineProfiles.map(({ region }) => region)).toEqual(["timer"]);
    expect((await traceCell("await new Promise(() => {});")).failure).toEqual({ kind: "unsettled-await" });
  });

  it.each(["tracker", "sampler"] as const)("lack the modules that Node loads to print (%s)", async (engine) => {
    const profile = profileOf(await traceCell('console.log("begin"); // [print]\nglobalThis.kept = [1];', { engine }));
    // On Node 24 the tracker gave 162,816 B to this line.
    expect(lineWith(profile, "[print]").liveBytes).toBeLessThan(engine === "tracker" ? 8192 : 65_536);
  });

  it("charge awaits to their lines, with the bytes that the meter has", async () => {
    const code = `import { measure } from "heapbook";
async function wait(value) {
  for (let i = 0; i < 1000; i++) await i; // [number]
  for (let i = 0; i < 1000; i++) await value; // [promise]
}
await measure(() => wait(Promise.resolve()));`;
    const [tracked, metered] = await Promise.all(
      (["tracker", "meter"] as const).map(async (engine) => profileOf(await traceCell(code, { engine, warmup: 2 }))),
    );
    for (const mark of ["[number]", "[promise]"]) {
      const bytes = lineWith(tracked as LineProfile, mark).allocatedBytes;
      expect(bytes).toBeGreaterThanOrEqual(48 * 1000);
      // V8 of Node 26 makes closures of 152 B for the first await of a call. The tracker leaves them with the function.
      const isFirst = Number.parseInt(process.versions.node, 10) >= 26 && mark === "[number]";
      expect(lineWith(metered as LineProfile, mark).allocatedBytes - bytes, mark).toBe(isFirst ? 152 : 0);
    }
  });

  it("have the parts of the program's objects that are no JavaScript values, and not in the rest", async () => {
    const profile = profileOf(
      await traceCell(
        `import { measure } from "heapbook";
const registry = new FinalizationRegistry(() => {});
measure(() => {
  const all = [];
  for (let i = 0; i < 1000; i++) {
    const o = {};
    registry.register(o, i); // [weak cells]
    Object.defineProperty(o, "x", { get: () => i, configurable: true }); // [accessors]
    all.push(o, new Error("no")); // [errors]
  }
  return all;
});`,
        { warmup: 1 },
      ),
    );
    // On Node 20: a weak cell of 72 B, a pair of accessors of 24 B beside the closure of 56 B, at least one frame of 56 B.
    for (const [mark, bytes] of [
      ["[weak cells]", 64_000],
      ["[accessors]", 80_000],
      ["[errors]", 100_000],
    ] as const) {
      expect(lineWith(profile, mark).liveBytes, mark).toBeGreaterThanOrEqual(bytes);
    }
    expect(profile.types.map(({ type }) => type)).toContain("system / WeakCell");
  });

  it("are those of the file that runs, not of the file that its source map names", async () => {
    const map = Buffer.from(JSON.stringify({ version: 3, sources: ["x.ts"], names: [], mappings: "AAAA" }));
    const code = `import { measure } from "heapbook"; import { make } from "./made.js"; measure(make);`;
    const module = `export function make() {
  return Array.from({ length: 1000 }, () => () => 1); // [closures]
}
//# ${"sourceMapping"}URL=data:application/json;base64,${map.toString("base64")}`;
    const profile = profileOf(await traceCell(code, { files: { "made.js": module }, warmup: 1 }));
    expect(lineWith(profile, "[closures]")).toMatchObject({ file: "made.js" });
    expect(lineWith(profile, "[closures]").liveBytes).toBeGreaterThanOrEqual(1000 * 56);
  });

  it.for([
    ["at once", "fill();"],
    ["before a timer", "fill(); setTimeout(() => {}, 120);"],
    ["in a timer", "setTimeout(fill, 60);"],
    ["in turns", "for (let turn = 0; turn < 5; turn++) setTimeout(fill, 30 * turn);"],
  ])("have what the program keeps, made %s", async ([, then]) => {
    const code = `globalThis.kept = [];
function fill() {
  const some = [];
  for (let i = 0; i < 1000; i++) some.push({ i, j: i }); // [kept]
  kept.push(some);
}
${then}`;
    const turns = then?.includes("turn") === true ? 5 : 1;
    for (const node of [undefined, ...OTHER_NODES]) {
      const { liveBytes } = lineWith(profileOf(await traceCell(code, node === undefined ? {} : { node })), "[kept]");
      expect(liveBytes, node).toBeGreaterThanOrEqual(turns * 1000 * 40);
      expect(liveBytes, node).toBeLessThan(turns * 1000 * 60);
    }
  });
});

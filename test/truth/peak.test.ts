import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { measureTrial } from "../../src/experiment/measure-trial.ts";
import { PEAK_NOISE_BYTES } from "../../src/model/peak-pass.ts";
import type { Trial } from "../../src/model/report-results.ts";
import { processExecutor } from "../../src/process/run-trial.ts";
import { arrayBytes } from "../helpers/known-sizes.ts";
import { BUFFER_OBJECT_BYTES, codeOfAll, countSteps, peakOf, programs } from "../helpers/peak-programs.ts";
// @ts-expect-error: plain JavaScript, which the audits run without a compiler.
import { startProgress } from "../helpers/progress.mjs";
import { prepareCell, type RunOptions } from "../helpers/trial-runner.ts";

/** `npm run audit` sets these: number of programs, seed, and path of the Node to measure in. */
const PROGRAMS = Number(process.env["HEAPBOOK_AUDIT_PROGRAMS"] ?? 12);
const SEED = Number(process.env["HEAPBOOK_AUDIT_SEED"] ?? 1);
const NODE = process.env["HEAPBOOK_AUDIT_NODE"] ?? process.execPath;
/** The major version of this Node, which all but the generated programs run in, too, where no other is given. */
const MAJOR = Number(process.versions.node.split(".")[0]);
/** Share of the programs whose bounds may be wider than the tolerance explains: 1 of 25 on Node 20 (docs/measurement.md#true-peak). */
const MAY_BE_WIDE = 0.1;
/** Programs of one cell, each in a region of its own: a process costs more than a program. */
const OF_ONE_CELL = 25;

async function measureCell(code: string, options: RunOptions): Promise<Trial> {
  const trial = await measureTrial(
    processExecutor,
    await prepareCell(code, { node: NODE, ...options }),
    new AbortController().signal,
  );
  if (trial.failure !== null) throw new Error(JSON.stringify(trial.failure));
  return trial;
}

function boundsOf(trial: Trial, region: string): { low: number; high: number; note?: string; confidence?: number } {
  const find = (id: string) => trial.readings.find((each) => each.region === region && each.id === id);
  const { value: low = Number.NaN, note, confidence } = find("peakLow") ?? {};
  const varies = note === undefined ? {} : { note, ...(confidence === undefined ? {} : { confidence }) };
  return { low, high: find("peakHigh")?.value ?? Number.NaN, ...varies };
}

/** Bounds of the peak of one region, and how many processes it took. */
async function searchOf(code: string, options: RunOptions = {}): Promise<ReturnType<typeof boundsOf>> {
  const trial = await measureCell(code, { probe: "bracket", timeoutMs: 60_000, ...options });
  return boundsOf(trial, trial.readings[0]?.region ?? "");
}

describe("the bounds of a peak", () => {
  const all = fc.sample(programs, { numRuns: PROGRAMS, seed: SEED });
  const cells = Array.from({ length: Math.ceil(PROGRAMS / OF_ONE_CELL) }, (_, i) =>
    all.slice(i * OF_ONE_CELL, (i + 1) * OF_ONE_CELL),
  );
  const progress = startProgress(cells.length);
  it.each(cells.map((each, i) => [i, each] as const))(
    "contain the computed peak of every generated program, cell %i",
    async (_, of) => {
      const trial = await measureCell(codeOfAll(of), { probe: "bracket", timeoutMs: 300_000 });
      progress(`seed ${SEED}`);
      const found = of.map((steps, i) => ({
        truth: peakOf(steps),
        // Headers of typed arrays and closures, which the computed size does not have.
        besides: BUFFER_OBJECT_BYTES * countSteps(steps),
        ...boundsOf(trial, `p${i}`),
      }));
      expect(found.filter(({ truth, besides, low, high }) => !(low <= truth + besides && truth <= high))).toEqual([]);
      // The programs do the same in every process.
      expect(found.filter(({ note }) => note !== undefined)).toEqual([]);
      // What the tolerance and the readings may be off, twice: bounds that contain everything would pass too.
      const most = (truth: number): number => 2 * (0.001 * truth + 16 * 1024 + 2 * PEAK_NOISE_BYTES);
      const wide = found.filter(({ truth, low, high }) => high - low > most(truth));
      expect(wide.length).toBeLessThanOrEqual(MAY_BE_WIDE * found.length);
    },
    900_000,
  );
});

const HELD = 120_000;
const SLOTS = 200_000;
const ARRAY_OF_TWO_BYTES = 64;
const TABLE_BYTES = 48 + 8 * SLOTS;
/** A saw's tooth: 120,000 arrays of two numbers and their table. The next table is made while this one is alive. */
const READ_BYTES = HELD * ARRAY_OF_TWO_BYTES + TABLE_BYTES;
const SPIKE_BYTES = READ_BYTES + TABLE_BYTES;

/** @param atPeak code that runs when most is alive, but for the next table */
const sawtooth = (atPeak: string): string => `import { checkpoint, measure } from "heapbook";
measure(() => {
  let held = new Array(${SLOTS});
  let count = 0;
  let garbage;
  for (let i = 0; i < ${HELD} + 80_000; i++) {
    held[count++] = [i, i];
    for (let j = 0; j < 4; j++) garbage = [i, j]; // four fifths of all bytes
    if (count === ${HELD}) {
      ${atPeak}
      count = held.length; // a value that is not used again is garbage to optimised code
      held = new Array(${SLOTS});
      count = 0;
    }
  }
  held = null;
  return garbage?.length;
});`;

describe("what the harness has of its own", () => {
  // 13 MB: bytes in use go past 16 MiB within the region, where the harness reads another part of a double.
  it.each([1244, 50_000, 270_000])(
    "is less than 1 KiB of the bounds, beside six arrays of %i elements",
    async (length) => {
      const { low, high } = await searchOf(
        `import { measure } from "heapbook";
const run = () => {
  const ring = new Array(6).fill(0);
  let sum = 0;
  for (let i = 0; i < 40; i++) { ring[i % 5] = new Array(${length}).fill(0); sum += i; }
  return sum + ring.length;
};
await measure(run);`,
        { warmup: 1 },
      );
      const truth = 6 * arrayBytes(length) + arrayBytes(6);
      expect(low).toBeLessThanOrEqual(truth);
      expect(high).toBeGreaterThanOrEqual(truth);
      expect(low + PEAK_NOISE_BYTES - truth).toBeLessThan(1024);
    },
  );
});

describe("what a program has let go", () => {
  it.each([
    [
      "a variable that gets another value",
      `let a = new Array(100_000).fill(1);
a = null;
return new Array(60_000).fill(2);`,
      800_048,
    ],
    [
      "a property that gets another value",
      `globalThis.g = new Float64Array(200_000);
globalThis.g = null;
const made = [];
for (let i = 0; i < 3000; i++) made.push({ a: i, b: i });
return made;`,
      1_600_184,
    ],
    [
      "two arrays before a third",
      `let a = new Array(100_000).fill(1);
let b = new Array(50_000).fill(1);
globalThis.length = a.length + b.length;
a = null; b = null;
return new Array(100_000).fill(2);`,
      1_200_096,
    ],
  ])("is in no bounds, though it was a temporary value: %s", async (_name, body, bytes) => {
    const { low, high } = await searchOf(`import { measure } from "heapbook";\nmeasure(() => {\n${body}\n});`);
    expect(low).toBeLessThanOrEqual(bytes);
    expect(high).toBeGreaterThanOrEqual(bytes);
    expect(high - low).toBeLessThan(64 * 1024);
  });
});

describe("a peak in the middle of a region", () => {
  it("is read at a checkpoint to 0.5 %, the same to the byte in five processes", async () => {
    const readings = new Set<number | undefined>();
    for (let i = 0; i < 5; i++) {
      const trial = await measureCell(sawtooth('checkpoint("tooth");'), { probe: "peak" });
      readings.add(trial.readings.find(({ id }) => id === "checkpointLive")?.value);
    }
    const [reading] = readings;
    expect(readings.size).toBe(1);
    expect(Math.abs((reading ?? 0) / READ_BYTES - 1)).toBeLessThan(0.005);
  });

  it("is missed by readings where there is no checkpoint, and found by the search to 0.5 %", async () => {
    const { readings } = await measureCell(sawtooth(""), { probe: "peak" });
    expect(readings.find(({ id }) => id === "checkpointLive")?.value).toBeLessThan(SPIKE_BYTES / 100);
    const { low, high, note } = await searchOf(sawtooth(""));
    expect(low).toBeLessThanOrEqual(SPIKE_BYTES);
    expect(high).toBeGreaterThanOrEqual(SPIKE_BYTES);
    expect(high - low).toBeLessThan(0.005 * SPIKE_BYTES);
    expect(note).toBeUndefined();
  });

  it("is found where the cell asks for another young generation, too", async () => {
    const { low, high } = await searchOf(sawtooth(""), {
      flags: ["--semi-space-growth-factor=4", "--max-semi-space-size=32"],
    });
    expect(low).toBeLessThanOrEqual(SPIKE_BYTES);
    expect(high).toBeGreaterThanOrEqual(SPIKE_BYTES);
    expect(high - low).toBeLessThan(0.005 * SPIKE_BYTES);
  });

  it.each([
    ["one statement makes and drops", "measure(() => { new Array(2_000_000).fill(0).length; });", 16_000_048],
    [
      "one call makes while more is held",
      "measure(() => { const a = new Array(1_000_000).fill(1); new Array(500_000).fill(a.length).length; });",
      12_000_096,
    ],
    [
      "an ArrayBuffer that is transferred",
      "measure(() => { const a = new ArrayBuffer(8_000_000); structuredClone(a, { transfer: [a] }); });",
      8_000_000,
    ],
    ["a Buffer", "measure(() => { Buffer.alloc(5_000_000).length; });", 5_000_000],
    [
      "a string outside of the heap, and its bytes",
      'measure(() => { Buffer.alloc(4_000_000, "x").toString("latin1").length; });',
      8_000_000,
    ],
    [
      "a window that slides over arrays, of which the one that leaves is garbage beside the next",
      "measure(() => { const all = []; for (let i = 0; i < 120; i++) { all.push(new Array(11_262).fill(i)); if (all.length > 40) all.shift(); } });",
      41 * 90_112,
    ],
    [
      "a ring whose places are filled again",
      "measure(() => { const all = []; for (let i = 0; i < 120; i++) all[i % 40] = new Array(15_358).fill(i); });",
      41 * 122_880,
    ],
    [
      "an array of objects that a callback fills",
      "measure(() => { Array.from({ length: 50_000 }, (_, i) => ({ i })).length; });",
      50_000 * (8 + 32),
    ],
  ])("is that of %s", async (_, code, bytes) => {
    const { low, high, note } = await searchOf(`import { measure } from "heapbook";\n${code}`);
    expect(low).toBeLessThanOrEqual(bytes + 1024);
    expect(high).toBeGreaterThanOrEqual(bytes);
    expect(high - low).toBeLessThan(0.01 * bytes + 32_768);
    expect(note).toBeUndefined();
  });
});

/** Walks as those of the flagship report: much dies young, some of it old, and most of what is kept is small. */
const churn = (kept: string): string => `import { measure } from "heapbook";
measure(() => {
  const results = new Map();
  for (let key = 1; key <= 20; key++) {
    const list = [];
    for (let i = 0; i < 5_000; i++) {
      const walk = Array.from({ length: key }, (_, k) => k & 3);
      list.push([${kept}, walk.length]);
    }
    results.set(key, list);
  }
  return results;
});`;

describe("the bounds of a peak at the end of a region", () => {
  it.each(["walk", "null"])("contain what is read there, keeping %s", async (kept) => {
    const { readings } = await measureCell(churn(kept), { probe: "peak" });
    const endLive = readings.find(({ id }) => id === "endLive")?.value ?? Number.NaN;
    const { low, high, note } = await searchOf(churn(kept));
    expect(low).toBeLessThanOrEqual(endLive);
    expect(high).toBeGreaterThanOrEqual(endLive);
    expect(high - low).toBeLessThan(0.005 * endLive + 48 * 1024);
    expect(note).toBeUndefined();
  });

  it("are those of optimised code, where that takes another amount", async () => {
    // Optimised code stores whole numbers in the object, and only the others as objects of their own.
    const code = `import { measure } from "heapbook";
measure(() => { let head = null; for (let i = 0; i < 200_000; i++) head = { value: i * 1.5, next: head }; return head; });`;
    const { readings } = await measureCell(code, { probe: "peak" });
    const endLive = readings.find(({ id }) => id === "endLive")?.value ?? Number.NaN;
    const { low, high, note } = await searchOf(code);
    expect(low).toBeLessThanOrEqual(endLive);
    // V8 of Node 24 and 26 stores fewer than 10,000 of the numbers in another way once the code is optimised: too few for a
    // second search. The interval of the page contains the reading, too.
    const beyond = MAJOR < 24 ? 0 : 10_000 * 16;
    expect(high).toBeGreaterThanOrEqual(endLive - beyond);
    expect(high - low).toBeLessThan(0.02 * endLive + 48 * 1024);
    expect(note).toBeUndefined();
  });

  it("lack what Node allocates for its timers at their first use", async () => {
    const { low, high } = await searchOf(`import { measure } from "heapbook";
await measure(() => new Promise((done) => setTimeout(() => done(new Array(100_000).fill(1)), 5)));`);
    expect(low).toBeLessThanOrEqual(800_016 + 1024);
    expect(high).toBeGreaterThanOrEqual(800_016);
  });

  it("are those of each region where regions lie in one another", async () => {
    const code = `import { measure } from "heapbook";
measure(() => { const all = new Array(100_000); for (let i = 0; i < 100_000; i++) all[i] = [i, i]; return all; }, { name: "held" });
measure(() => new Float64Array(1_000_000), { name: "typed" });
measure(() => { measure(() => new Array(100_000).fill(1), { name: "inner" }); }, { name: "outer" });`;
    const trial = await measureCell(code, { probe: "bracket" });
    for (const [region, bytes] of [
      ["held", 100_000 * ARRAY_OF_TWO_BYTES + 800_048],
      ["typed", 8_000_000],
      ["inner", 800_048],
      ["outer", 800_048],
    ] as const) {
      const { low, high } = boundsOf(trial, region);
      expect(low, region).toBeLessThanOrEqual(bytes);
      expect(high, region).toBeGreaterThanOrEqual(bytes);
      expect(high - low, region).toBeLessThan(0.002 * bytes + 64 * 1024);
    }
  });
});

describe("a program that does not repeat", () => {
  it("has the range of six processes, and its confidence", async () => {
    // The n-th process makes n arrays' worth: two processes never agree.
    const { low, high, note, confidence } =
      await searchOf(`import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { measure } from "heapbook";
const n = existsSync("n.txt") ? Number(readFileSync("n.txt", "utf8")) + 1 : 1;
writeFileSync("n.txt", String(n));
measure(() => { new Array(100_000 * n).fill(0).length; });`);
    expect(note).toBe("differs between processes");
    expect(confidence).toBeCloseTo(1 - 2 ** -5, 10);
    // The scout, a pass in plain code and one in optimised code exclude each other, then six: the fourth to the ninth process.
    expect(low).toBeGreaterThan(3_000_000);
    expect(low).toBeLessThanOrEqual(3_201_000);
    expect(high).toBeGreaterThanOrEqual(7_200_000);
    expect(high).toBeLessThan(7_400_000);
  });
});

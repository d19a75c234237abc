import { describe, expect, it } from "vitest";
import type { Trial } from "../../src/results/schema.ts";
import { runCell } from "../helpers/trial-runner.ts";

/** 60 MB of small arrays, a fifth of them kept: enough to fill any young generation several times. */
const WORKLOAD = `const kept = [];
for (let i = 0; i < 500_000; i++) {
  const made = [i, i, i, i, i, i, i, i];
  if (i % 5 === 0) kept.push(made);
}
return kept;`;
const CODE = `import { measure } from "heapbook";\nmeasure(() => { ${WORKLOAD} });`;

function metricsOf(trial: Trial): Record<string, number> {
  if (trial.failure !== null) throw new Error(JSON.stringify(trial.failure));
  return Object.fromEntries(trial.readings.map(({ id, value }) => [id, value]));
}

const run = (code: string, flags: readonly string[] = []) => runCell(code, { probe: "gc", flags });
const semiSpace = (mebibytes: number): string[] => [
  `--min-semi-space-size=${mebibytes}`,
  `--max-semi-space-size=${mebibytes}`,
];

describe("the gc probe", () => {
  it("tells every collection of a region, with its time, in order", async () => {
    const trial = await run(CODE, semiSpace(2));
    const metrics = metricsOf(trial);
    const { collections } = trial;
    const real = collections.filter(({ kind }) => kind !== "incremental-marking" && kind !== "weak-callbacks");
    expect(metrics["collections"]).toBe(real.length);
    expect(real.length).toBeGreaterThan(5);
    expect(metrics["minorCollections"]).toBe(real.filter(({ kind }) => kind === "scavenge").length);
    expect(metrics["majorCollections"]).toBe(real.filter(({ kind }) => kind === "mark-compact").length);
    // Sizes and times come from two reports of V8, which join only where their kinds agree one for one.
    const times = collections.map(({ timeMs }) => timeMs ?? Number.NaN);
    for (const [i, time] of times.entries()) {
      expect(time).toBeGreaterThanOrEqual(i === 0 ? 0 : (times[i - 1] ?? 0));
      expect(time).toBeLessThan(trial.durationMs);
    }
    expect(metrics["pauseMax"]).toBe(Math.max(...collections.map(({ pauseMs }) => pauseMs)));
    expect(metrics["pauseTotal"]).toBeCloseTo(
      collections.reduce((sum, { pauseMs }) => sum + pauseMs, 0),
      6,
    );
    expect(metrics["heapPeak"]).toBeGreaterThanOrEqual(Math.max(...real.map(({ usedBeforeBytes }) => usedBeforeBytes)));
    for (const collection of real) {
      const sum = Object.values(collection.spacesBeforeBytes).reduce((total, bytes) => total + bytes, 0);
      expect(sum / collection.usedBeforeBytes).toBeCloseTo(1, 1);
    }
  });

  it("sees that a young generation of 1 MB is collected far more often than one of 64 MB", async () => {
    const small = metricsOf(await run(CODE, semiSpace(1)));
    const large = metricsOf(await run(CODE, semiSpace(64)));
    expect(small["minorCollections"]).toBeGreaterThan(20);
    expect(small["minorCollections"]).toBeGreaterThan(10 * (large["minorCollections"] ?? 0));
  });

  it("keeps the collections of regions apart, with times from the start of each", async () => {
    const code = `import { measure } from "heapbook";
measure(() => { globalThis.gc(); }, { name: "a" });
globalThis.gc();
measure(() => { globalThis.gc({ type: "minor" }); globalThis.gc(); }, { name: "b" });
measure(() => {}, { name: "none" });`;
    const trial = await run(code);
    expect(trial.failure).toBeNull();
    const real = trial.collections.filter(({ kind }) => kind === "scavenge" || kind === "mark-compact");
    expect(real.map(({ region, kind }) => `${region} ${kind}`)).toEqual([
      "a mark-compact",
      "b scavenge",
      "b mark-compact",
    ]);
    for (const { timeMs } of real) expect(timeMs).toBeGreaterThanOrEqual(0);
    const counts = trial.readings.filter(({ id }) => id === "collections").map(({ region, value }) => [region, value]);
    expect(counts).toEqual([
      ["a", 1],
      ["b", 2],
      ["none", 0],
    ]);
  });
});

describe("the time probe", () => {
  it("reads a clock that goes forward, and the memory of the process", async () => {
    const code = `import { measure } from "heapbook";
await measure(() => new Promise((resolve) => setTimeout(resolve, 100)), { name: "sleeps" });
measure(() => { const end = process.cpuUsage().user + 100_000; while (process.cpuUsage().user < end); return Buffer.alloc(50_000_000, 1); }, { name: "works" });`;
    const trial = await runCell(code, { probe: "time" });
    expect(trial.failure).toBeNull();
    const value = (region: string, id: string): number =>
      trial.readings.find((each) => each.region === region && each.id === id)?.value ?? Number.NaN;
    expect(value("sleeps", "wallTime")).toBeGreaterThan(98);
    expect(value("sleeps", "userTime")).toBeLessThan(80);
    expect(value("works", "userTime")).toBeGreaterThan(99);
    // Memory is not compared with a known size: libc and V8 hold more, but no less than what was written.
    expect(value("works", "peakRss")).toBeGreaterThan(50_000_000);
    expect(value("works", "peakRss")).toBeGreaterThanOrEqual(value("sleeps", "peakRss"));
    expect(value("works", "systemTime")).toBeGreaterThanOrEqual(0);
  });
});

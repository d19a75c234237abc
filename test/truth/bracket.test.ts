import { describe, expect, it } from "vitest";
import { measureTrial } from "../../src/experiment/measure-trial.ts";
import type { Trial } from "../../src/model/report-results.ts";
import { processExecutor } from "../../src/process/run-trial.ts";
import { prepareCell, type RunOptions } from "../helpers/trial-runner.ts";

const ARRAY_OF_TWO_BYTES = 64;
const HELD = 120_000;
const SLOTS = 200_000;
/** A saw's tooth: 120,000 arrays of two numbers and their table, of which nothing is left a moment later. */
const SPIKE_BYTES = HELD * ARRAY_OF_TWO_BYTES + 48 + 8 * SLOTS;

/** @param atPeak code that runs when most is alive */
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
      held = new Array(${SLOTS});
      count = 0;
    }
  }
  held = null;
  return garbage?.length;
});`;

async function measureCell(code: string, options: RunOptions): Promise<Trial> {
  return measureTrial(processExecutor, await prepareCell(code, options), new AbortController().signal);
}

async function metricsOf(code: string, options: RunOptions): Promise<Readonly<Record<string, number>>> {
  const trial = await measureCell(code, options);
  if (trial.failure !== null) throw new Error(JSON.stringify(trial.failure));
  return Object.fromEntries(trial.readings.map(({ id, value }) => [id, value]));
}

describe("a peak in the middle of a region", () => {
  it("is read to 0.5 % where there is a checkpoint, the same to the byte in ten processes", async () => {
    const peaks = new Set<number | undefined>();
    for (let i = 0; i < 10; i++) {
      const { peakLive } = await metricsOf(sawtooth('checkpoint("tooth");'), { probe: "peak" });
      peaks.add(peakLive);
    }
    const [peak] = peaks;
    expect(peaks.size).toBe(1);
    expect(Math.abs((peak ?? 0) / SPIKE_BYTES - 1)).toBeLessThan(0.005);
  });

  it("is missed where there is none, and lies within the bracket", async () => {
    const { peakLive } = await metricsOf(sawtooth(""), { probe: "peak" });
    expect(peakLive).toBeLessThan(SPIKE_BYTES / 100);
    const { peakLow, peakHigh } = await metricsOf(sawtooth(""), { probe: "bracket" });
    expect(peakLow).toBeLessThanOrEqual(SPIKE_BYTES);
    expect(peakHigh).toBeGreaterThanOrEqual(SPIKE_BYTES);
    // Not a bracket that holds anything: a young generation on each side, and the table that is made anew.
    expect(peakLow).toBeGreaterThan(0.8 * SPIKE_BYTES);
    expect(peakHigh).toBeLessThan(SPIKE_BYTES + 4e6);
  });

  it("has its bracket where the cell asks for a large young generation, too", async () => {
    const flags = ["--min-semi-space-size=64", "--max-semi-space-size=64"];
    const { peakLow, peakHigh } = await metricsOf(sawtooth(""), { probe: "bracket", flags });
    expect(peakLow).toBeGreaterThan(0.8 * SPIKE_BYTES);
    expect(peakHigh).toBeLessThan(SPIKE_BYTES + 4e6);
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

describe("the bracket", () => {
  it.each(["walk", "null"])(
    "of a region that grows, keeping %s, is within a fifth, in one quick process",
    async (kept) => {
      let processes = 0;
      const executor: typeof processExecutor = {
        run: (...args) => {
          processes++;
          return processExecutor.run(...args);
        },
      };
      const { signal } = new AbortController();
      const trial = await measureTrial(executor, await prepareCell(churn(kept), { probe: "bracket" }), signal);
      const of = (id: string): number => trial.readings.find((each) => each.id === id)?.value ?? Number.NaN;
      const { peakLive = Number.NaN } = await metricsOf(churn(kept), { probe: "peak" });
      expect(processes).toBe(1);
      // All is held until the end, where `peak` reads it; V8's own kilobytes are in one or the other.
      expect(of("peakLow")).toBeGreaterThan(peakLive - 16_384);
      expect(of("peakLow")).toBeLessThan(peakLive + 16_384);
      expect(of("peakHigh")).toBeGreaterThan(peakLive);
      expect(of("peakHigh") - of("peakLow")).toBeLessThanOrEqual(Math.max(2 ** 21, of("peakHigh") / 5));
    },
  );

  it("is as narrow as what is held at the end where nothing is thrown away", async () => {
    const code = `import { measure } from "heapbook";
measure(() => { const all = new Array(100_000); for (let i = 0; i < 100_000; i++) all[i] = [i, i]; return all; }, { name: "held" });
measure(() => new Float64Array(1_000_000), { name: "typed" });
measure(() => { measure(() => new Array(100_000).fill(1), { name: "inner" }); }, { name: "outer" });`;
    const trial = await measureCell(code, { probe: "bracket" });
    const of = (region: string, id: string): number =>
      trial.readings.find((each) => each.region === region && each.id === id)?.value ?? Number.NaN;
    for (const [region, bytes] of [
      ["held", 100_000 * ARRAY_OF_TWO_BYTES + 800_048],
      ["typed", 8_000_000],
      ["inner", 800_048],
      ["outer", 800_048],
    ] as const) {
      expect(of(region, "peakLow") / bytes).toBeCloseTo(1, 1.9);
      expect(of(region, "peakHigh")).toBeGreaterThan(bytes - 4096);
      expect(of(region, "peakHigh")).toBeLessThan(bytes + 2e6);
    }
  });
});

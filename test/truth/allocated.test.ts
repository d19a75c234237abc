import { describe, expect, it } from "vitest";
import { once } from "../helpers/once.ts";
import { runCell } from "../helpers/trial-runner.ts";

const UNOPTIMISED = ["--no-opt", "--no-maglev"];
const COUNT = 1_500_000;
/** An array of two in code that is not optimised: itself, its elements, and the memento that V8 learns from. */
const ARRAY_BYTES = 32 + 32 + 16;

const CODE = `import { measure } from "heapbook";
const kept = new Array(${COUNT});
function keep() { for (let i = 0; i < ${COUNT}; i++) kept[i] = [i, i]; }
function drop() { let sum = 0; for (let i = 0; i < ${COUNT}; i++) { const made = [i, i]; sum ^= made[0]; } return sum; }
measure(() => { keep(); }, { name: "kept" });
measure(() => { drop(); }, { name: "dropped" });
measure(() => { for (let i = 0; i < 100; i++) new Float64Array(100_000); }, { name: "typed" });
measure(() => { measure(() => { drop(); }, { name: "inner" }); drop(); }, { name: "outer" });
measure(() => {}, { name: "empty" });
measure(() => { measure(() => {}, { name: "empty" }); }, { name: "around an empty one" });
try { measure(() => { drop(); throw new Error("no"); }, { name: "throws" }); } catch {}
measure(() => {}, { name: "after one that threw" });`;

const TRUTHS = {
  kept: COUNT * ARRAY_BYTES,
  dropped: COUNT * ARRAY_BYTES,
  inner: COUNT * ARRAY_BYTES,
  outer: 2 * COUNT * ARRAY_BYTES,
  typed: 100 * 800_000,
};

async function allocated(flags: readonly string[]): Promise<{ bytes: Record<string, number>; notes: Set<unknown> }> {
  const trial = await runCell(CODE, { probe: "allocated", flags });
  if (trial.failure !== null) throw new Error(JSON.stringify(trial.failure));
  return {
    bytes: Object.fromEntries(trial.readings.map(({ region, value }) => [region, value])),
    notes: new Set(trial.readings.map(({ note }) => note)),
  };
}

/** One process of unoptimised code. Two tests use it: one compares it with the truth, one with another process. */
const unoptimised = once<void, Awaited<ReturnType<typeof allocated>>>(() => allocated(UNOPTIMISED));

describe("allocated bytes", () => {
  it("are those of all that was made, kept or not, within 0.03 % in unoptimised code, which is said", async () => {
    const { bytes, notes } = await unoptimised();
    for (const [region, truth] of Object.entries(TRUTHS)) {
      const error = (bytes[region] ?? 0) / truth - 1;
      expect(Math.abs(error), `${region}: ${bytes[region]} B, not ${truth} B`).toBeLessThan(0.0003);
    }
    expect(bytes["empty"]).toBe(0);
    expect(bytes["after one that threw"]).toBe(0);
    expect(bytes["around an empty one"]).toBeLessThan(1024);
    expect(Object.keys(bytes)).not.toContain("throws");
    expect([...notes]).toEqual(["unoptimised code"]);
  });

  it("differ between two processes by less than 4 KiB", async () => {
    const [first, second] = [await unoptimised(), await allocated(UNOPTIMISED)];
    for (const [region, bytes] of Object.entries(first.bytes)) {
      expect(Math.abs(bytes - (second.bytes[region] ?? 0)), region).toBeLessThan(4096);
    }
  });

  // Node 20 read 244 KB for ten objects: it counted the piece of old space that V8 took for one object of its own.
  it("of small regions are those that can be computed, but for V8's feedback", async () => {
    const sizes = [1, 2, 3, 10, 30, 100, 300, 1000];
    const code = `import { measure } from "heapbook";
const kept = new Array(1000);
for (const n of ${JSON.stringify(sizes)}) measure(() => { for (let i = 0; i < n; i++) kept[i] = [i, i]; }, { name: String(n) });`;
    const trial = await runCell(code, { probe: "allocated", flags: UNOPTIMISED, warmup: 1 });
    const errors = sizes.map((n) => {
      const bytes = trial.readings.find(({ region }) => region === String(n))?.value ?? Number.NaN;
      return bytes - n * ARRAY_BYTES;
    });
    // The first arrays have no mementos yet; with the second and third V8 allocates feedback.
    for (const error of errors.slice(0, 3)) expect(Math.abs(error)).toBeLessThanOrEqual(128);
    expect(errors.slice(3)).toEqual([0, 0, 0, 0, 0]);
  });

  it("are fewer in optimised code, which makes no arrays that no code reads, and a note says so", async () => {
    const { bytes, notes } = await allocated([]);
    expect(bytes["dropped"]).toBeLessThan(TRUTHS.dropped / 2);
    expect(bytes["kept"]).toBeGreaterThan(COUNT * (ARRAY_BYTES - 16));
    expect([...notes]).toEqual(["optimised code"]);
  });
});

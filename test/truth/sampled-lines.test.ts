import { describe, expect, it } from "vitest";
import { marginOfError } from "../../src/analysis/margin-of-error.ts";
import type { LineProfile } from "../../src/model/line-profile.ts";
import type { Trial } from "../../src/model/report-results.ts";
import { summariseTrials } from "../../src/results/summarise-trials.ts";
import { once } from "../helpers/once.ts";
import { makeReading, makeTrial, makeTrialSet } from "../helpers/results.ts";
import { lineWith, profileOf, type TraceRunOptions, traceCell } from "../helpers/traced-runner.ts";

/** Lines of small objects, of several sizes, some of which live. */
const CODE = `import { measure } from "heapbook";
measure(() => {
  const kept = [];
  let sink;
  for (let i = 0; i < 40_000; i++) {
    const point = { x: i, y: i }; // [object]
    sink = i * 1.5; // [number]
    sink = [i, i, i, i]; // [array]
    if (i % 4 === 0) kept.push(point); // [kept]
  }
  const large = Array.from({ length: 20 }, () => new Array(10_000)); // [large]
  return { kept, large };
});`;

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const INTERVAL_BYTES = 512;

const profile = async (options: TraceRunOptions = {}): Promise<LineProfile> =>
  profileOf(await traceCell(CODE, { warmup: 2, ...options }));
const sampled = (seed: number, sample = INTERVAL_BYTES): Promise<LineProfile> =>
  profile({ sample, flags: [`--random-seed=${seed}`] });

/** The profile by the tracker, and an estimate for each seed. Each is measured once; several tests compare them. */
const tracked = once<void, LineProfile>(() => profile());
const estimated = once((seed: number) => sampled(seed));

const total = ({ lines }: LineProfile, of: "allocatedBytes" | "liveBytes"): number =>
  lines.reduce((sum, line) => sum + line[of], 0);

describe("sampled lines", () => {
  it("add up to what was allocated within 5 %, and lines are mostly within the error they tell", async () => {
    const exact = await tracked();
    const misses: string[] = [];
    for (const seed of SEEDS) {
      const estimate = await estimated(seed);
      expect(estimate.instrumentation).toEqual({ engine: "sampler", intervalBytes: INTERVAL_BYTES });
      const ratio = total(estimate, "allocatedBytes") / total(exact, "allocatedBytes");
      expect(Math.abs(ratio - 1), `seed ${seed}: ${ratio}`).toBeLessThan(0.05);
      for (const mark of ["[object]", "[number]", "[array]"]) {
        const { allocatedBytes, allocations, standardError } = lineWith(estimate, mark);
        const known = lineWith(exact, mark);
        const margin = marginOfError(standardError?.allocatedBytes ?? 0);
        // So the test can fail: a stated error is never a large one.
        expect(margin / allocatedBytes, mark).toBeLessThan(0.1);
        expect(Math.abs(allocatedBytes / allocations - known.allocatedBytes / known.allocations), mark).toBeLessThan(
          40,
        );
        if (Math.abs(allocatedBytes - known.allocatedBytes) > margin) misses.push(`${seed} ${mark}`);
      }
    }
    // 95 % of 24: fewer than 20 within their intervals have a chance of one in a thousand.
    expect(misses.length, misses.join(", ")).toBeLessThanOrEqual(4);
  });

  // V8 keeps the size of a sampled object as it was allocated, with the note beside a literal, which does not live: 40 % too much here.
  it("have intervals of live bytes that contain what is alive, without the notes beside literals", async () => {
    const exact = await tracked();
    const misses: string[] = [];
    for (const seed of SEEDS) {
      for (const mark of ["[object]", "[kept]"]) {
        const { liveBytes, standardError } = lineWith(await estimated(seed), mark);
        const margin = marginOfError(standardError?.liveBytes ?? 0);
        expect(margin / liveBytes, mark).toBeLessThan(0.35);
        if (Math.abs(liveBytes - lineWith(exact, mark).liveBytes) > margin) misses.push(`${seed} ${mark}`);
      }
    }
    // 95 % of 16: three misses have a chance of less than one in a hundred.
    expect(misses.length, misses.join(", ")).toBeLessThanOrEqual(3);
  });

  it("have a sum of live bytes whose median, widened by the systematic error of all lines, contains what is alive", async () => {
    const tracedLive = async (seed: number): Promise<Trial> => ({
      ...makeTrial({ readings: [makeReading("tracedLive", total(await estimated(seed), "liveBytes"))] }),
      lineProfiles: [await estimated(seed)],
    });
    const [summary] = summariseTrials([makeTrialSet("lines", await Promise.all(SEEDS.map(tracedLive)))]);
    const alive = total(await tracked(), "liveBytes");
    // Without the systematic error the interval lies above what is alive, by the half notes.
    expect((summary?.low ?? 0) + (summary?.systematicError ?? 0)).toBeGreaterThan(alive);
    expect(summary?.low).toBeLessThanOrEqual(alive);
    expect(summary?.high).toBeGreaterThanOrEqual(alive);
  });

  it("have objects far larger than the interval to the byte, and no error there", async () => {
    const [exact, estimate] = [await tracked(), await estimated(1)];
    const { allocatedBytes, standardError } = lineWith(estimate, "[large]");
    expect(Math.abs(allocatedBytes - lineWith(exact, "[large]").allocatedBytes)).toBeLessThan(10_000);
    expect(marginOfError(standardError?.allocatedBytes ?? 1e9)).toBeLessThan(10_000);
  });

  it("have the same allocations for the same seed, and others for another", async () => {
    // Not the live ones: reading the profile at the region's start is sampled too, and takes more where the loader's objects still live.
    // Nor the tables of [kept], where V8 once sampled 220 B of its own besides.
    const allocated = (profile: LineProfile) =>
      ["[object]", "[number]", "[array]", "[large]"].map((mark) => {
        const { allocatedBytes, allocations, standardError } = lineWith(profile, mark);
        return [mark, allocatedBytes, allocations, standardError?.allocatedBytes];
      });
    const [a, b, c] = [await sampled(7, 4096), await sampled(7, 4096), await sampled(8, 4096)];
    const same = [a, b].map((profile) => JSON.stringify(allocated(profile)));
    // On a loaded machine the two differed in 1 of 8 runs: what V8 allocates before the region moves the samples. A third decides.
    if (same[0] !== same[1]) same.push(JSON.stringify(allocated(await sampled(7, 4096))));
    expect(new Set(same).size).toBeLessThan(same.length);
    expect(same).not.toContain(JSON.stringify(allocated(c)));
  });

  it("at an interval of 1 byte are all there is", async () => {
    const [exact, all] = [await tracked(), await sampled(1, 1)];
    for (const mark of ["[object]", "[number]", "[array]", "[large]"]) {
      const off = lineWith(all, mark).allocatedBytes - lineWith(exact, mark).allocatedBytes;
      expect(Math.abs(off), mark).toBeLessThan(1024);
    }
  });
});

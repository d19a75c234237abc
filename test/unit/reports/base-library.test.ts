import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type * as BaseLibrary from "../../../reports/memory-usage/base-library.ts";
import type { RunningTrial } from "../../../src/harness/running-trial.ts";

const RUNNING_TRIAL = Symbol.for("heapbook.trial");
const slot = globalThis as { [RUNNING_TRIAL]?: Pick<RunningTrial, "variant"> & { readonly probe: object } };

/** The library as a fresh process has it: its generator begins anew, seeded by the variant. */
async function load(variant: RunningTrial["variant"] = {}): Promise<typeof BaseLibrary> {
  vi.resetModules();
  slot[RUNNING_TRIAL] = { variant, probe: {} }; // a probe that observes no parameters
  return import("../../../reports/memory-usage/base-library.ts");
}

let library: typeof BaseLibrary;
beforeEach(async () => {
  library = await load();
});
afterEach(() => {
  delete slot[RUNNING_TRIAL];
});

describe("a walk", () => {
  it("has as many directions as blocks", () => {
    for (const blocks of [0, 1, 2, 20, 1000]) {
      const walk = [...library.generateWalk(blocks)];
      expect(walk).toHaveLength(blocks);
      for (const direction of walk) expect("NESW").toContain(direction);
    }
  });

  it("goes each way as often, within four standard errors", () => {
    const walk = [...library.generateWalk(40_000)];
    const standardError = Math.sqrt(40_000 * 0.25 * 0.75);
    for (const direction of ["N", "E", "S", "W"] as const) {
      const times = walk.filter((each) => each === direction).length;
      expect(Math.abs(times - 10_000)).toBeLessThan(4 * standardError);
    }
  });

  it("ends where its directions lead", () => {
    expect(library.decodeWalk([])).toEqual([0, 0]);
    expect(library.decodeWalk(["N", "N", "E", "S", "W", "W"])).toEqual([-1, 1]);
    expect(library.distanceOf([-3, 4])).toBe(7);
    expect(library.distanceOf([0, 0])).toBe(0);
  });

  it("ends at a distance of the parity of its blocks, never farther than them", () => {
    for (let blocks = 0; blocks < 60; blocks++) {
      for (let i = 0; i < 20; i++) {
        const distance = library.distanceOf(library.decodeWalk(library.generateWalk(blocks)));
        expect(distance).toBeLessThanOrEqual(blocks);
        expect(distance).toBeGreaterThanOrEqual(0);
        expect(distance % 2).toBe(blocks % 2);
      }
    }
  });

  it.each([1, 10, 100])("of %i blocks has that mean square displacement, within four standard errors", (blocks) => {
    const squares = Array.from({ length: 4000 }, () => {
      const [east, north] = library.decodeWalk(library.generateWalk(blocks));
      return east ** 2 + north ** 2;
    });
    const mean = squares.reduce((sum, square) => sum + square, 0) / squares.length;
    // In the plane, the fourth moment is 2n² − n, hence a variance of n² − n.
    const standardError = Math.sqrt((blocks ** 2 - blocks) / squares.length);
    expect(Math.abs(mean - blocks)).toBeLessThanOrEqual(4 * standardError);
  });
});

describe("an analysis", () => {
  it("saves each walk with its distance", () => {
    const results = library.monteCarloWalkAnalysis(6, 50);
    expect([...results.keys()]).toEqual([1, 2, 3, 4, 5, 6]);
    for (const [blocks, saved] of results) {
      expect(saved).toHaveLength(50);
      for (const [walk, distance] of saved) {
        expect(walk).toHaveLength(blocks);
        expect(distance).toBe(library.distanceOf(library.decodeWalk(walk ?? [])));
      }
    }
  });

  it("of the same seed has the same distances when it drops the walks", async () => {
    const saved = library.monteCarloWalkAnalysis(8, 30);
    const dropped = (await load()).monteCarloWalk(8, 30);
    expect([...dropped.values()].flat().every(([walk]) => walk === null)).toBe(true);
    const distances = (results: BaseLibrary.Results): number[] =>
      [...results.values()].flat().map(([, distance]) => distance);
    expect(distances(dropped)).toEqual(distances(saved));
    expect(distances((await load({ seed: 2 })).monteCarloWalk(8, 30))).not.toEqual(distances(saved));
  });

  it("of the same seed counts the same distances", async () => {
    const dropped = library.monteCarloWalk(8, 30);
    const counted = (await load()).monteCarloWalkCounts(8, 30);
    for (const [blocks, counts] of counted) {
      expect(counts).toHaveLength(blocks + 1);
      const distances = dropped.get(blocks)?.map(([, distance]) => distance) ?? [];
      counts.forEach((count, distance) => {
        expect(count).toBe(distances.filter((each) => each === distance).length);
      });
    }
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("of %d blocks or repetitions is refused", (count) => {
    for (const run of Object.values(library.WAYS)) {
      expect(() => run(count, 10)).toThrow(new RangeError(`maxBlocks must be a whole number from 1, not ${count}`));
      expect(() => run(10, count)).toThrow(new RangeError(`repetitions must be a whole number from 1, not ${count}`));
    }
  });
});

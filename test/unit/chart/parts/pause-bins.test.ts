import fc from "fast-check";
import { expect, test } from "vitest";
import { binPauses, binRange, KINDS, medianPause } from "../../../../src/chart/parts/pause-bins.ts";

const run = fc.record({
  series: fc.constant(""),
  pauses: fc.array(
    fc.record({ kind: fc.constantFrom(...KINDS), pauseMs: fc.double({ min: 0, max: 1e4, noNaN: true }) }),
    { maxLength: 50 },
  ),
});

test("every pause is in one bin, shares sum to 100, and pieces of a bar stand on each other", () => {
  fc.assert(
    fc.property(run, (one) => {
      const bins = binPauses(one);
      expect(bins.reduce((sum, bin) => sum + bin.count, 0)).toBe(one.pauses.length);
      if (bins.length > 0) expect(bins.reduce((sum, bin) => sum + bin.share, 0)).toBeCloseTo(100, 6);
      const { first, last } = binRange([one]);
      for (const [index, bin] of bins.entries()) {
        expect(bin.toMs).toBe(2 * bin.fromMs);
        expect(bin.fromMs).toBeGreaterThanOrEqual(2 ** first);
        expect(bin.toMs).toBeLessThanOrEqual(2 ** last);
        const below = bins[index - 1];
        expect(bin.base).toBeCloseTo(below?.fromMs === bin.fromMs ? below.base + below.share : 0, 9);
      }
    }),
  );
});

test("a pause at a power of two is in the bin that begins there", () => {
  const bins = binPauses({
    series: "",
    pauses: [
      { kind: "scavenge", pauseMs: 0.5 },
      { kind: "scavenge", pauseMs: 0.99 },
      { kind: "mark-compact", pauseMs: 1 },
      { kind: "scavenge", pauseMs: 0 },
    ],
  });
  expect(bins.map(({ fromMs, kind, count, share }) => [fromMs, kind, count, share])).toEqual([
    [2 ** -10, "scavenge", 1, 25],
    [0.5, "scavenge", 2, 50],
    [1, "mark-compact", 1, 25],
  ]);
});

test("the median is undefined without pauses, and the mean of the two middle ones of an even number", () => {
  const pausesOf = (...lengths: readonly number[]) => ({
    series: "",
    pauses: lengths.map((pauseMs) => ({ kind: "scavenge" as const, pauseMs })),
  });
  expect([pausesOf(), pausesOf(3), pausesOf(4, 1, 2, 100)].map(medianPause)).toEqual([undefined, 3, 3]);
});

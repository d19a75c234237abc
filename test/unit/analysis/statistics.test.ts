import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { median, modifiedScore, OUTLIER_SCORE, quantile } from "../../../src/analysis/statistics.ts";
import { createRandom, normal } from "../../helpers/coverage.ts";

const samplesArbitrary = fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 60 });

describe("median", () => {
  it("is the middle sample, or the mean of the two middle ones", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([10, 9, 1, 2])).toBe(5.5);
    expect(median([7])).toBe(7);
  });

  it("sorts as numbers, and leaves its argument alone", () => {
    const samples = [100, 9, 20];
    expect(median(samples)).toBe(20);
    expect(samples).toEqual([100, 9, 20]);
  });

  it("refuses no samples", () => {
    expect(() => median([])).toThrow(RangeError);
  });

  it("lies between the extremes, with as many samples below as above", () => {
    fc.assert(
      fc.property(samplesArbitrary, (samples) => {
        const middle = median(samples);
        const below = samples.filter((sample) => sample < middle).length;
        const above = samples.filter((sample) => sample > middle).length;
        expect(below).toBeLessThanOrEqual(samples.length / 2);
        expect(above).toBeLessThanOrEqual(samples.length / 2);
      }),
    );
  });
});

describe("quantile", () => {
  it("interpolates as R's type 7 does", () => {
    // quantile(c(1, 2, 4, 8, 16), c(.1, .25, .6, .9)) in R; numpy.quantile gives the same.
    const samples = [16, 1, 4, 8, 2];
    expect(quantile(samples, 0.1)).toBeCloseTo(1.4, 12);
    expect(quantile(samples, 0.25)).toBe(2);
    expect(quantile(samples, 0.6)).toBeCloseTo(5.6, 12);
    expect(quantile(samples, 0.9)).toBeCloseTo(12.8, 12);
    expect(quantile(samples, 0)).toBe(1);
    expect(quantile(samples, 1)).toBe(16);
  });

  it("lies between samples that are further apart than a double holds", () => {
    expect(quantile([-Number.MAX_VALUE, Number.MAX_VALUE], 0.5)).toBe(0);
    expect(quantile([-Number.MAX_VALUE, Number.MAX_VALUE], 0.75) / Number.MAX_VALUE).toBeCloseTo(0.5, 12);
  });

  it("refuses what is no probability", () => {
    expect(() => quantile([1], 1.1)).toThrow(RangeError);
    expect(() => quantile([1], Number.NaN)).toThrow(RangeError);
  });
});

describe("modifiedScore", () => {
  it("uses the median absolute deviation of the textbook example: 1 for 1, 1, 2, 2, 4, 6, 9", () => {
    expect(modifiedScore(9, [1, 1, 2, 2, 4, 6, 9])).toBeCloseTo(0.6745 * 7, 12);
    expect(modifiedScore(2, [1, 1, 2, 2, 4, 6, 9])).toBe(0);
  });

  it("is infinite for a value apart from a majority that agrees", () => {
    expect(modifiedScore(6, [5, 5, 5, 6, 7])).toBe(Number.POSITIVE_INFINITY);
    expect(modifiedScore(4, [5, 5, 5])).toBe(Number.NEGATIVE_INFINITY);
    expect(modifiedScore(5, [5, 5, 5])).toBe(0);
  });

  it("calls few normal groups tainted at the threshold in use", () => {
    const random = createRandom(5);
    const share = (count: number): number => {
      const groups = Array.from({ length: 2000 }, () => Array.from({ length: count }, () => normal(random)));
      const tainted = groups.filter((group) =>
        group.some((sample) => Math.abs(modifiedScore(sample, group)) > OUTLIER_SCORE),
      );
      return tainted.length / groups.length;
    };
    expect(share(5)).toBeLessThan(0.05);
    expect(share(10)).toBeLessThan(0.01);
  });

  it("does not change with unit or origin", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 3, maxLength: 12 }),
        fc.integer({ min: -50, max: 50 }),
        (samples, by) => {
          const [first = 0] = samples;
          const score = modifiedScore(first, samples);
          const moved = samples.map((sample) => 4 * sample + by);
          const other = modifiedScore(4 * first + by, moved);
          expect(other === score || Math.abs(other - score) < 1e-9).toBe(true);
        },
      ),
    );
  });
});

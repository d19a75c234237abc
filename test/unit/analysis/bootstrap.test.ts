import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bootstrap, combineMedians, createRandom, ratioOfMedians } from "../../../src/analysis/bootstrap.ts";
import { median, modifiedScore, OUTLIER_SCORE } from "../../../src/analysis/statistics.ts";

const varying = (samples: readonly number[]) => ({ samples, exact: false });
const exact = (...samples: number[]) => ({ samples, exact: true });
const positive = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 2, maxLength: 12 });

describe("createRandom", () => {
  it("repeats with its seed, differs with another, and is spread evenly over 0…1", () => {
    const draw = (seed: number) => Array.from({ length: 4000 }, createRandom(seed));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    const tenths = Array.from({ length: 10 }, (_, tenth) => draw(3).filter((x) => Math.floor(x * 10) === tenth).length);
    for (const count of tenths) expect(Math.abs(count - 400)).toBeLessThan(80);
  });
});

describe("bootstrap", () => {
  it("repeats with its seed", () => {
    const samples = [3, 1, 4, 1, 5, 9, 2, 6];
    const once = bootstrap([samples], ([group = []]) => median(group), { seed: 7 });
    expect(bootstrap([samples], ([group = []]) => median(group), { seed: 7 })).toEqual(once);
    expect(bootstrap([samples], ([group = []]) => median(group))).toEqual(
      bootstrap([samples], ([group = []]) => median(group)),
    );
  });

  it("has the standard error of the mean, as Efron and Tibshirani compute it for the mouse data", () => {
    // An Introduction to the Bootstrap, 1993, table 2.1: survival of seven treated mice, mean 86.86; its bootstrap standard
    // error is 23.36 = √(Σ(x − mean)² / n²), so the 95 % interval of the mean is about 86.86 ± 1.96 · 23.36.
    const treated = [94, 197, 16, 38, 99, 141, 23];
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const { value, low, high } = bootstrap([treated], ([group = []]) => mean(group));
    expect(value).toBeCloseTo(86.857, 3);
    expect((high - low) / (2 * 1.96)).toBeGreaterThan(23.36 * 0.93);
    expect((high - low) / (2 * 1.96)).toBeLessThan(23.36 * 1.07);
  });

  it("is the whole range for the median of fewer than 6 samples, as the order statistics are", () => {
    for (const samples of [
      [1, 5],
      [1, 5, 9],
      [1, 4, 6, 9],
      [1, 3, 5, 7, 9],
    ]) {
      const { low, high } = bootstrap([samples], ([group = []]) => median(group));
      expect([low, high]).toEqual([1, samples.at(-1)]);
    }
  });

  it("refuses a group without samples", () => {
    expect(() => bootstrap([[1], []], () => 1)).toThrow(RangeError);
  });
});

describe("ratioOfMedians", () => {
  it("is exact where both values are", () => {
    expect(ratioOfMedians(exact(30, 30), exact(12))).toEqual({ value: 2.5, low: 2.5, high: 2.5, confidence: 1 });
  });

  it("does not know the interval of a single trial that need not repeat", () => {
    expect(ratioOfMedians(varying([30]), varying([10, 11]))).toMatchObject({ value: 30 / 10.5, confidence: 0 });
    expect(ratioOfMedians(varying([30]), exact(10))).toEqual({ value: 3, low: 3, high: 3, confidence: 0 });
  });

  it("is undefined where the divisor is 0", () => {
    expect(ratioOfMedians(exact(30), exact(0))).toBeUndefined();
  });

  it("divides a varying value by an exact one as the interval of the median divided by it", () => {
    const found = ratioOfMedians(varying([10, 12, 14, 16, 18]), exact(2));
    expect(found).toMatchObject({ value: 7, low: 5, high: 9 });
  });

  it("holds the ratio, does not change with the unit, and turns over with its sides", () => {
    fc.assert(
      fc.property(positive, positive, fc.integer({ min: 1, max: 9 }), (a, b, scale) => {
        const options = { resamples: 200 };
        const found = ratioOfMedians(varying(a), varying(b), options);
        expect(found?.value).toBe(median(a) / median(b));
        expect(found?.low).toBeLessThanOrEqual(found?.high ?? 0);
        const scaled = (values: readonly number[]) => varying(values.map((value) => value * scale));
        const other = ratioOfMedians(scaled(a), scaled(b), options);
        expect(other?.low).toBeCloseTo(found?.low ?? 0, 9);
        expect(other?.high).toBeCloseTo(found?.high ?? 0, 9);
      }),
      { numRuns: 50 },
    );
  });

  it("covers the truth about as often as it says", () => {
    // 300 pairs of groups of 10 from one skewed distribution: the true ratio is 1. 95 % would be 285; 3 σ below is 273.
    const random = createRandom(11);
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const draw = () => varying(Array.from({ length: 10 }, () => Math.exp(0.2 * normal())));
    let held = 0;
    for (let round = 0; round < 300; round += 1) {
      const found = ratioOfMedians(draw(), draw(), { resamples: 300, seed: round });
      if (found !== undefined && found.low <= 1 && found.high >= 1) held += 1;
    }
    expect(held).toBeGreaterThan(272);
    expect(held).toBeLessThan(300);
  });
});

describe("combineMedians", () => {
  it("gives the interval of a difference", () => {
    const found = combineMedians(varying([10, 12, 14, 16, 18]), exact(2), (a, b) => a - b);
    expect(found).toMatchObject({ value: 12, low: 8, high: 16 });
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
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const share = (count: number): number => {
      const groups = Array.from({ length: 2000 }, () => Array.from({ length: count }, normal));
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

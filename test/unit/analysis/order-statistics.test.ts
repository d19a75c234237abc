import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import {
  fewestTrials,
  jointRanks,
  medianInterval,
  narrowest,
  twoSided,
} from "../../../src/analysis/order-statistics.ts";
import { median } from "../../../src/analysis/statistics.ts";

const samplesArbitrary = fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 60 });
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe("medianInterval", () => {
  // Nair 1940, as printed by Dixon and Massey, Introduction to Statistical Analysis, 1969: n, rank, confidence in %.
  it.each([
    [6, 1, 96.9],
    [8, 1, 99.2],
    [9, 2, 96.1],
    [10, 2, 97.9],
    [11, 2, 98.8],
    [12, 3, 96.1],
    [15, 4, 96.5],
    [17, 5, 95.1],
    [20, 6, 95.9],
    [25, 8, 95.7],
    [30, 10, 95.7],
    [44, 16, 95.1],
    [50, 18, 96.7],
    [65, 25, 95.4],
  ])("agrees with the published table for n = %i", (count, rank, percent) => {
    const interval = medianInterval(upTo(count));
    expect(interval.rank).toBe(rank);
    expect(interval.low).toBe(rank);
    expect(interval.high).toBe(count - rank + 1);
    expect(Math.abs(interval.confidence * 100 - percent)).toBeLessThanOrEqual(0.0501);
  });

  it.each([
    [10, 1, 99.8],
    [20, 4, 99.7],
    [40, 12, 99.4],
    [61, 21, 99],
  ])("and for 99 %%, n = %i", (count, rank, percent) => {
    const interval = medianInterval(upTo(count), 0.99);
    expect(interval.rank).toBe(rank);
    expect(Math.abs(interval.confidence * 100 - percent)).toBeLessThanOrEqual(0.06);
  });

  it("gives the worked example of statpsych's ci.median", () => {
    const samples = [
      30.2, 20.4, 15.1, 10.2, 10.5, 60.8, 20.8, 25.0, 20.7, 30.9, 10.8, 5.1, 50.9, 40.0, 20.9, 10.8, 0, 20.5, 50.8,
    ];
    expect(median(samples)).toBe(20.7);
    expect(medianInterval(samples)).toMatchObject({ low: 10.8, high: 30.9 });
  });

  it.each([
    [1, 0],
    [2, 0.5],
    [3, 0.75],
    [4, 0.875],
    [5, 0.9375],
  ])("is the whole range with its true confidence for n = %i", (count, confidence) => {
    const interval = medianInterval(upTo(count));
    expect([interval.low, interval.high]).toEqual([1, count]);
    expect(interval.confidence).toBeCloseTo(confidence, 14);
  });

  it("stays exact where 2⁻ⁿ is no longer a number", () => {
    const { rank, confidence } = medianInterval(upTo(5000));
    expect(confidence).toBeGreaterThanOrEqual(0.95);
    expect(confidence).toBeLessThan(0.952);
    // Normal approximation: n/2 − 1.96·√n/2.
    expect(Math.abs(rank - (2500 - 0.98 * Math.sqrt(5000)))).toBeLessThan(2);
  });

  it("holds the median, has the confidence wanted from 6 samples on, and ends in samples", () => {
    fc.assert(
      fc.property(samplesArbitrary, (samples) => {
        const { low, high, confidence } = medianInterval(samples);
        expect(low).toBeLessThanOrEqual(median(samples));
        expect(high).toBeGreaterThanOrEqual(median(samples));
        expect(samples).toContain(low);
        expect(samples).toContain(high);
        expect(confidence >= 0.95).toBe(samples.length >= 6);
        expect(confidence).toBeLessThan(1);
      }),
    );
  });
});

describe("jointRanks", () => {
  it("starts with the ranges, narrows step by step, and states Bonferroni's bound", () => {
    expect(jointRanks([6, 7], twoSided)[0]).toEqual({ ranks: [1, 1], confidence: 1 - 2 * (1 / 64 + 1 / 128) });
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 3 }), (counts) => {
        const found = jointRanks(counts, twoSided);
        for (const [index, { ranks, confidence }] of found.entries()) {
          const before = found[index - 1];
          if (before === undefined) continue;
          const raised = ranks.filter((rank, group) => rank !== before.ranks[group]);
          expect(raised.length).toBeGreaterThan(0);
          expect(raised.every((rank) => rank > 1)).toBe(true);
          expect(confidence).toBeLessThan(before.confidence);
          expect(confidence).toBeGreaterThan(0);
        }
      }),
    );
  });

  it.each([
    [[5], 0.9375],
    [[6], 0.96875],
    [[6, 6], 0.9375],
    [[6, 7], 0.953125],
    [[7, 7], 0.96875],
  ] as const)("needs 6 samples for 95 %% of one median, 7 of two: %j", (counts, confidence) => {
    const { ranks, confidence: found } = narrowest(jointRanks(counts, twoSided), 0.95);
    expect(found).toBeCloseTo(confidence, 14);
    expect(ranks).toEqual(counts.map(() => 1));
  });
});

test("6 samples are the fewest for a 95 % interval of a median, and 7 each for one of two medians", () => {
  expect([1, 2].map((groups) => fewestTrials(groups, 0.05))).toEqual([6, 7]);
  for (const groups of [1, 2]) {
    const confidenceOf = (trials: number): number =>
      jointRanks(
        Array.from({ length: groups }, () => trials),
        twoSided,
      )[0]?.confidence ?? 0;
    const fewest = fewestTrials(groups, 0.05);
    expect(confidenceOf(fewest)).toBeGreaterThanOrEqual(0.95);
    expect(confidenceOf(fewest - 1)).toBeLessThan(0.95);
  }
});

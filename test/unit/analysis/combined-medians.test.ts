import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { combineMedians, medianIntervals, ratioOfMedians } from "../../../src/analysis/combined-medians.ts";
import { median } from "../../../src/analysis/statistics.ts";

const varying = (samples: readonly number[]) => ({ samples, exact: false });
const exact = (...samples: number[]) => ({ samples, exact: true });
const positive = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 2, maxLength: 12 });

describe("ratioOfMedians", () => {
  it("is exact where both values are", () => {
    expect(ratioOfMedians(exact(30, 30), exact(12))).toEqual({
      value: 2.5,
      low: 2.5,
      high: 2.5,
      confidence: 1,
      intervals: [],
    });
  });

  it("does not know the interval of a single trial that need not repeat", () => {
    expect(ratioOfMedians(varying([30]), varying([10, 11]))).toMatchObject({ value: 30 / 10.5, confidence: 0 });
    expect(ratioOfMedians(varying([30]), exact(10))).toEqual({
      value: 3,
      low: 3,
      high: 3,
      confidence: 0,
      intervals: [],
    });
  });

  it("is undefined where the divisor is 0, and has no interval where the divisor's interval holds 0", () => {
    expect(ratioOfMedians(exact(30), exact(0))).toBeUndefined();
    expect(ratioOfMedians(varying([30, 31, 32]), varying([-1, 2, 3]))).toMatchObject({ value: 15.5, confidence: 0 });
    expect(ratioOfMedians(varying([30, 31, 32]), varying([0, 2, 3]))).toMatchObject({ value: 15.5, confidence: 0 });
  });

  it("divides a varying value by an exact one as the interval of the median divided by it", () => {
    const found = ratioOfMedians(varying([10, 12, 14, 16, 18]), exact(2));
    expect(found).toMatchObject({ value: 7, low: 5, high: 9, confidence: 0.9375 });
  });

  it("of two medians runs from the lower end by the upper to the upper by the lower, and loses confidence for both", () => {
    const [a, b] = [
      [10, 12, 14, 16, 18, 20, 22],
      [1, 2, 3, 4, 5, 6, 7],
    ];
    expect(ratioOfMedians(varying(a), varying(b))).toMatchObject({
      value: 4,
      low: 10 / 7,
      high: 22,
      confidence: 0.96875,
    });
    const six = ratioOfMedians(varying(a.slice(1)), varying(b.slice(1)));
    expect(six).toMatchObject({ low: 12 / 7, high: 11, confidence: 0.9375 });
    expect(ratioOfMedians(varying([3, 4]), varying([1, 2]))?.confidence).toBe(0);
  });

  it("states that counts which agree are not exact", () => {
    expect(ratioOfMedians(varying([4, 4, 4]), exact(2))).toMatchObject({ value: 2, low: 2, high: 2, confidence: 0.75 });
  });

  it("holds the ratio, nests its intervals, does not change with the unit, and turns over with its operands", () => {
    fc.assert(
      fc.property(positive, positive, fc.integer({ min: 1, max: 9 }), (a, b, scale) => {
        const found = ratioOfMedians(varying(a), varying(b));
        expect(found?.value).toBe(median(a) / median(b));
        for (const [index, { low, high }] of (found?.intervals ?? []).entries()) {
          expect(low).toBeLessThanOrEqual((found?.value ?? 0) * (1 + 1e-12));
          expect(high).toBeGreaterThanOrEqual((found?.value ?? 0) * (1 - 1e-12));
          const before = found?.intervals[index - 1];
          if (before === undefined) continue;
          expect(low).toBeGreaterThanOrEqual(before.low);
          expect(high).toBeLessThanOrEqual(before.high);
        }
        const scaled = (values: readonly number[]) => varying(values.map((value) => value * scale));
        const other = ratioOfMedians(scaled(a), scaled(b));
        expect(other?.low).toBeCloseTo(found?.low ?? 0, 9);
        expect(other?.high).toBeCloseTo(found?.high ?? 0, 9);
        const turned = ratioOfMedians(varying(b), varying(a));
        expect(1 / (turned?.high ?? 0)).toBeCloseTo(found?.low ?? 0, 9);
        expect(turned?.confidence).toBe(found?.confidence);
      }),
    );
  });
});

describe("combineMedians", () => {
  it("gives the interval of a difference", () => {
    const found = combineMedians(varying([10, 12, 14, 16, 18]), exact(2), (a, b) => a - b);
    expect(found).toMatchObject({ value: 12, low: 8, high: 16, confidence: 0.9375 });
    expect(combineMedians(varying([0, 1, 2]), varying([-1, 0, 1]), (a, b) => a - b)).toMatchObject({
      low: -1,
      high: 3,
    });
  });
});

describe("medianIntervals", () => {
  it("gives every order-statistic interval of a median, the widest first; none of a single sample", () => {
    expect(medianIntervals([4])).toEqual([]);
    expect(medianIntervals([4, 1, 3, 2])).toEqual([
      { low: 1, high: 4, confidence: 0.875 },
      { low: 2, high: 3, confidence: 0.375 },
    ]);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  hodgesLehmann,
  holm,
  mannWhitney,
  normalTail,
  smallestP,
  superiority,
} from "../../../src/analysis/rank-test.ts";

const upTo = (count: number, offset = 0): number[] => Array.from({ length: count }, (_, index) => index + 1 + offset);
/** Whole numbers, so that sums and shifts are exact and ties are common. */
const group = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 12 });

// Hollander and Wolfe, Nonparametric Statistical Methods, 1973, p. 69 f.: permeability of human placentas at term and at 12
// to 26 weeks; the example of R's wilcox.test.
const AT_TERM = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
const EARLY = [1.15, 0.88, 0.9, 0.74, 1.21];

describe("mannWhitney", () => {
  it("gives Hollander and Wolfe's example: W = 35, p = 0.2544", () => {
    const { u, p, method } = mannWhitney(AT_TERM, EARLY);
    expect(u).toBe(35);
    expect(p).toBeCloseTo(0.2544, 4);
    expect(method).toBe("exact");
  });

  it("gives the example of SciPy's documentation: ages at diagnosis of diabetes, U = 17, p = 1/9", () => {
    const { u, p } = mannWhitney([19, 22, 16, 29, 24], [20, 11, 17, 12]);
    expect(u).toBe(17);
    expect(p).toBeCloseTo(0.1111111111111111, 14);
  });

  // Mann and Whitney 1947, table I; Siegel, Nonparametric Statistics, 1956, table J: P(U ≤ u), one-sided.
  it.each([
    [3, 3, 0, 0.05],
    [4, 4, 1, 0.029],
    [5, 5, 2, 0.016],
    [5, 6, 5, 0.041],
    [8, 8, 13, 0.025],
  ])("agrees with the published table for %i and %i samples, U = %i", (n, m, u, oneSided) => {
    // The first n ranks give U = 0; moving the largest of them up by k, and then the next, gives any U.
    const a = upTo(n);
    let left = u;
    for (let index = n - 1; index >= 0; index -= 1) {
      const step = Math.min(left, m);
      a[index] = (a[index] ?? 0) + step;
      left -= step;
    }
    const b = upTo(n + m).filter((rank) => !a.includes(rank));
    expect(mannWhitney(a, b).u).toBe(u);
    expect(mannWhitney(a, b).p / 2).toBeCloseTo(oneSided, 3);
  });

  it("counts ties exactly, as SciPy's PermutationMethod does", () => {
    const { u, p } = mannWhitney([1, 2, 2, 3, 3], [2, 3, 3, 4, 5]);
    expect(u).toBe(5);
    expect(p).toBeCloseTo(0.19047619047619047, 12);
  });

  it("approximates beyond 50 samples as SciPy does, without ties and with", () => {
    const even = Array.from({ length: 30 }, (_, index) => 2 * index);
    const odd = Array.from({ length: 25 }, (_, index) => 11 + 2 * index);
    expect(mannWhitney(even, odd)).toMatchObject({ u: 300, method: "normal" });
    expect(mannWhitney(even, odd).p).toBeCloseTo(0.20792927248164417, 12);
    const thirds = Array.from({ length: 30 }, (_, index) => Math.floor(index / 3));
    const halves = Array.from({ length: 25 }, (_, index) => 2 + Math.floor(index / 2));
    expect(mannWhitney(thirds, halves).u).toBe(192);
    expect(mannWhitney(thirds, halves).p).toBeCloseTo(0.0019719259963689568, 12);
  });

  it("joins smoothly where counting ends", () => {
    const p = (count: number): number => mannWhitney(upTo(count), upTo(25, 5.5)).p;
    expect(p(25)).toBeCloseTo(p(26), 1);
    expect(mannWhitney(upTo(26), upTo(25)).method).toBe("normal");
  });

  it("finds nothing in groups that are all alike, and the least it can where they lie apart", () => {
    expect(mannWhitney([7, 7, 7], [7, 7, 7]).p).toBe(1);
    const many = Array.from({ length: 40 }, () => 7);
    expect(mannWhitney(many, many).p).toBe(1);
    expect(mannWhitney(upTo(5), upTo(5, 100)).p).toBeCloseTo(smallestP(5, 5), 14);
  });

  it("is symmetric, blind to order, shift and scale, and p is a probability", () => {
    fc.assert(
      fc.property(
        group,
        group,
        fc.integer({ min: -50, max: 50 }),
        fc.integer({ min: 1, max: 9 }),
        (a, b, by, scale) => {
          const { u, p } = mannWhitney(a, b);
          const swapped = mannWhitney(b, a);
          expect(u + swapped.u).toBe(a.length * b.length);
          expect(swapped.p).toBeCloseTo(p, 10);
          expect(p).toBeGreaterThan(0);
          expect(p).toBeLessThanOrEqual(1);
          const moved = (values: readonly number[]) => values.map((value) => value * scale + by).reverse();
          expect(mannWhitney(moved(a), moved(b)).p).toBe(p);
        },
      ),
    );
  });

  it("refuses an empty group", () => {
    expect(() => mannWhitney([], [1])).toThrow(RangeError);
  });
});

describe("smallestP", () => {
  it("is 2 / C(n + m, n)", () => {
    expect(smallestP(3, 3)).toBeCloseTo(0.1, 14);
    expect(smallestP(4, 4)).toBeCloseTo(2 / 70, 14);
    expect(smallestP(5, 5)).toBeCloseTo(2 / 252, 14);
    expect(smallestP(2, 8)).toBeCloseTo(2 / 45, 14);
    expect(smallestP(1, 1)).toBe(1);
  });
});

describe("superiority", () => {
  it("gives the example of R's effsize (after Hogarty and Kromrey, 1999), Cliff's delta −0.25", () => {
    const treatment = [10, 10, 20, 20, 20, 30, 30, 30, 40, 50];
    const control = [10, 20, 30, 40, 40, 50];
    expect(2 * superiority(treatment, control) - 1).toBeCloseTo(-0.25, 14);
    expect(superiority(treatment, control)).toBeCloseTo(0.375, 14);
  });

  it("is 1, 0 and 0.5 for groups above, below and alike", () => {
    expect(superiority([5, 6], [1, 2])).toBe(1);
    expect(superiority([1, 2], [5, 6])).toBe(0);
    expect(superiority([1, 2], [1, 2])).toBe(0.5);
  });
});

describe("hodgesLehmann", () => {
  it("gives the estimate and interval that R has for Hollander and Wolfe's example: 0.305, −0.15 to 0.76", () => {
    const { value, low, high, confidence } = hodgesLehmann(AT_TERM, EARLY);
    expect(value).toBeCloseTo(0.305, 12);
    expect(low).toBeCloseTo(-0.15, 12);
    expect(high).toBeCloseTo(0.76, 12);
    expect(confidence).toBeGreaterThanOrEqual(0.95);
  });

  it("gives the whole range with its true confidence where there are too few samples", () => {
    const few = hodgesLehmann([10, 20, 30], [1, 2, 3]);
    expect([few.low, few.high]).toEqual([7, 29]);
    expect(few.confidence).toBeCloseTo(0.9, 14);
    expect(hodgesLehmann([5], [3])).toEqual({ value: 2, low: 2, high: 2, confidence: 0 });
  });

  it("follows a shift and a scale, turns its sign with the groups, and holds its estimate", () => {
    fc.assert(
      fc.property(
        group,
        group,
        fc.integer({ min: -50, max: 50 }),
        fc.integer({ min: 1, max: 9 }),
        (a, b, by, scale) => {
          const { value, low, high, confidence } = hodgesLehmann(a, b);
          expect(low).toBeLessThanOrEqual(value);
          expect(high).toBeGreaterThanOrEqual(value);
          const shifted = hodgesLehmann(
            a.map((each) => each + by),
            b,
          );
          expect([shifted.value, shifted.low, shifted.high]).toEqual([value + by, low + by, high + by]);
          const scaled = hodgesLehmann(
            a.map((each) => each * scale),
            b.map((each) => each * scale),
          );
          expect([scaled.value, scaled.low, scaled.high]).toEqual([value * scale, low * scale, high * scale]);
          const turned = hodgesLehmann(b, a);
          expect([0 - turned.value, 0 - turned.high, 0 - turned.low]).toEqual([value, low, high]);
          expect(turned.confidence).toBeCloseTo(confidence, 10);
        },
      ),
    );
  });

  it("leaves 0 out of its interval only where the test finds a difference", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 1000 }), { minLength: 8, maxLength: 20 }),
        fc.integer({ min: 3, max: 5 }),
        (values, cut) => {
          const [a, b] = [values.slice(0, cut), values.slice(cut)];
          const { low, high, confidence } = hodgesLehmann(a, b);
          fc.pre(confidence >= 0.95);
          expect(low > 0 || high < 0).toBe(mannWhitney(a, b).p <= 0.05);
        },
      ),
    );
  });
});

describe("holm", () => {
  it("adjusts as the textbook example does", () => {
    // Four hypotheses at 0.05 (the example of Wikipedia's article on the method): only the first and the last fall.
    const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
    expect(adjusted.map((p) => Number(p.toFixed(10)))).toEqual([0.03, 0.06, 0.06, 0.02]);
  });

  it("gives what R's p.adjust gives", () => {
    const adjusted = holm([0.01, 0.02, 0.03, 0.04, 0.05]);
    expect(adjusted.map((p) => Number(p.toFixed(10)))).toEqual([0.05, 0.08, 0.09, 0.09, 0.09]);
  });

  it("never lowers a p, keeps their order, leaves a single one alone, and follows a permutation", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }), (ps) => {
        const adjusted = holm(ps);
        for (const [index, p] of ps.entries()) {
          expect(adjusted[index]).toBeGreaterThanOrEqual(p);
          expect(adjusted[index]).toBeLessThanOrEqual(1);
          for (const [other, q] of ps.entries())
            if (p < q) expect(adjusted[index]).toBeLessThanOrEqual(adjusted[other] ?? 0);
        }
        expect(holm([...ps].reverse()).reverse()).toEqual(adjusted);
      }),
    );
    expect(holm([0.04])).toEqual([0.04]);
    expect(holm([])).toEqual([]);
  });
});

describe("normalTail", () => {
  it("agrees with SciPy's norm.sf to 14 digits", () => {
    for (const [z, tail] of [
      [0, 0.5],
      [1, 0.15865525393145707],
      [1.959963984540054, 0.025],
      [2.9, 0.0018658133003840375],
      [3, 0.001349898031630093],
      [5, 2.866515718791933e-7],
      [8, 6.220960574271786e-16],
    ] as const) {
      expect(normalTail(z) / tail).toBeCloseTo(1, 12);
    }
  });
});

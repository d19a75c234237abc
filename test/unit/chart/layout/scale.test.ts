import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { linearScale, logarithmicScale, pixelScale, pointScale } from "../../../../src/chart/layout/scale.ts";

const values = fc.array(
  fc.double({ min: -1e9, max: 1e9, noNaN: true }).filter((value) => value === 0 || Math.abs(value) > 1e-6),
  { maxLength: 20 },
);
const options = fc.record({ zero: fc.boolean(), nice: fc.boolean(), maximumTicks: fc.integer({ min: 1, max: 12 }) });

describe("a linear scale", () => {
  test("has all values in its domain and all ticks, in order, inside it", () => {
    fc.assert(
      fc.property(values, options, (numbers, how) => {
        const { domain, ticks } = linearScale(numbers, how);
        const [low, high] = domain;
        expect(low).toBeLessThan(high);
        const slack = (high - low) * 1e-6;
        for (const value of [...numbers, ...ticks, ...(how.zero ? [0] : [])]) {
          expect(value).toBeGreaterThanOrEqual(low - slack);
          expect(value).toBeLessThanOrEqual(high + slack);
        }
        expect([...ticks].sort((a, b) => a - b)).toEqual(ticks);
        expect(ticks.length).toBeLessThanOrEqual(how.maximumTicks + 3);
      }),
    );
  });

  test("has round ticks", () => {
    expect(linearScale([4.3, 50.1], { zero: true, nice: true, maximumTicks: 6 })).toMatchObject({
      domain: [0, 60],
      ticks: [0, 10, 20, 30, 40, 50, 60],
    });
    expect(linearScale([0.31], { zero: true, nice: true, maximumTicks: 4 }).ticks).toEqual([0, 0.1, 0.2, 0.3, 0.4]);
    expect(linearScale([-11, 28], { zero: true, nice: true, maximumTicks: 5 }).ticks).toEqual([
      -20, -10, 0, 10, 20, 30,
    ]);
  });

  test("has a domain of some length without values, and with one", () => {
    expect(linearScale([], { zero: false, nice: true, maximumTicks: 4 }).domain).toEqual([0, 1]);
    expect(linearScale([0], { zero: true, nice: true, maximumTicks: 4 }).domain).toEqual([0, 1]);
    const { domain } = linearScale([5], { zero: false, nice: false, maximumTicks: 4 });
    expect(domain).toEqual([4.5, 5.5]);
  });
});

describe("a logarithmic scale", () => {
  test("has base 2 for powers of two, with ticks at the values", () => {
    expect(logarithmicScale([1, 2, 4, 8, 128], 10)).toEqual({
      domain: [1, 128],
      ticks: [1, 2, 4, 8, 128],
      logarithmic: { base: 2 },
    });
  });

  test("has base 10 for other numbers", () => {
    expect(logarithmicScale([3, 5000], 10)).toEqual({
      domain: [3, 5000],
      ticks: [10, 100, 1000],
      logarithmic: { base: 10 },
    });
  });

  test("has ticks within a decade, and with one value", () => {
    expect(logarithmicScale([3, 5], 10).ticks).toEqual([3, 5]);
    expect(logarithmicScale([8], 10).domain).toEqual([4, 16]);
  });

  test("places equal ratios at equal distances", () => {
    const xOf = pixelScale(logarithmicScale([1, 16], 10), [0, 400]);
    expect([1, 2, 4, 8, 16].map((value) => Math.round(xOf(value)))).toEqual([0, 100, 200, 300, 400]);
  });
});

test("a point of a plot is in px from the top left corner", () => {
  const scale = linearScale([0, 10], { zero: true, maximumTicks: 5, nice: true });
  const pointOf = pointScale(scale, scale, { plotWidthPx: 300, plotHeightPx: 200 });
  expect(pointOf(0, 0)).toEqual({ x: 0, y: 200 });
  expect(pointOf(10, 2.5)).toEqual({ x: 300, y: 150 });
});

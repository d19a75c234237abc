import { describe, expect, it } from "vitest";
import { median, nearestRank } from "../../../../src/harness/probes/quantiles.ts";

describe("nearest rank", () => {
  // The example of the nearest-rank method at https://en.wikipedia.org/wiki/Percentile.
  const list = [50, 15, 40, 20, 35];

  it.each([
    [0.05, 15],
    [0.3, 20],
    [0.4, 20],
    [0.5, 35],
    [1, 50],
    [0, 15],
  ])("of %s is one of the values", (share, expected) => {
    expect(nearestRank(list, share)).toBe(expected);
  });

  it("of 95 % is the longest where there are fewer than 20", () => {
    expect(
      nearestRank(
        Array.from({ length: 19 }, (_, i) => i),
        0.95,
      ),
    ).toBe(18);
    expect(
      nearestRank(
        Array.from({ length: 20 }, (_, i) => i),
        0.95,
      ),
    ).toBe(18);
    expect(nearestRank([], 0.95)).toBe(0);
  });
});

describe("the median", () => {
  it("is the middle, or the mean of the two there", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([7])).toBe(7);
    expect(median([])).toBe(0);
  });
});

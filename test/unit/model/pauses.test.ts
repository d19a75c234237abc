import { describe, expect, it } from "vitest";
import { nearestRank, pauseMetrics } from "../../../src/model/pauses.ts";

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

it("metrics of pauses are their sum, and pauses that happened", () => {
  expect(pauseMetrics([3, 1, 2, 10])).toEqual({ pauseTotal: 16, pauseP50: 2, pauseP95: 10, pauseMax: 10 });
  expect(pauseMetrics([])).toEqual({ pauseTotal: 0, pauseP50: 0, pauseP95: 0, pauseMax: 0 });
});

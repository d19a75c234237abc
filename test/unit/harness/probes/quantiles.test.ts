import { describe, expect, it } from "vitest";
import { median } from "../../../../src/harness/probes/quantiles.ts";

describe("the median", () => {
  it("is the middle, or the mean of the two there", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([7])).toBe(7);
    expect(median([])).toBe(0);
  });
});

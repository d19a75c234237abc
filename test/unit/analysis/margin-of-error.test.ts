import { describe, expect, it } from "vitest";
import { combineErrors, marginOfError } from "../../../src/analysis/margin-of-error.ts";
import { NORMAL_95 } from "../../../src/model/samples.ts";

const errorOf = (random: number, systematic: number) => ({
  allocatedBytes: random,
  liveBytes: random + systematic / NORMAL_95,
  systematicLiveBytes: systematic,
});

describe("combineErrors", () => {
  it("adds random parts as squares and systematic parts as they are, so that 100 lines are off together", () => {
    const combined = combineErrors(Array.from({ length: 100 }, () => errorOf(3, 80)));
    expect(combined.allocatedBytes).toBeCloseTo(30);
    expect(combined.systematicLiveBytes).toBe(8000);
    expect(marginOfError(combined.liveBytes)).toBeCloseTo(NORMAL_95 * 30 + 8000);
  });

  it("takes a missing error for none", () => {
    expect(combineErrors([undefined, { allocatedBytes: 4, liveBytes: 3 }])).toEqual({
      allocatedBytes: 4,
      liveBytes: 3,
    });
    expect(combineErrors([])).toEqual({ allocatedBytes: 0, liveBytes: 0 });
  });
});

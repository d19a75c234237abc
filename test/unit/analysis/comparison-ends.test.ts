import { describe, expect, it } from "vitest";
import { describeVerdict, formatEnds } from "../../../src/analysis/comparison-text.ts";

describe("the text of a comparison", () => {
  it("has an interval that contains the value beside it, with the digits of both", () => {
    // It was `0.002 to 0.102` beside 0.00199.
    expect(formatEnds({ value: 0.0019936, low: 0.001685, high: 0.1023, confidence: 0.95 }, "ratio")).toBe(
      "0.0016 to 0.103",
    );
  });

  it.each([
    [0.00199, "99.8 % less"],
    [0.0004, "99.96 % less"],
    [0.5, "50 % less"],
    [0.012, "99 % less"],
  ])("is not all where something is left (%s)", (value, text) => {
    const ratio = { value, low: value, high: value, confidence: 1 };
    const shift = { ...ratio, value: -1 };
    const comparison = { verdict: "lower", ratio, shift, unit: "B", trials: [3, 3], tooFewTrials: false };
    expect(describeVerdict(comparison as never)).toBe(text.replace(" %", "\u00a0%"));
  });
});

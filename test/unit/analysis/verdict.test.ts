import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeClaim } from "../../../src/analysis/verdict.ts";
import type { ClaimEstimate, ClaimTest } from "../../../src/model/claims.ts";

const estimate = (low: number, high = low, confidence: number | null = low === high ? 1 : 0.95): ClaimEstimate => ({
  label: "",
  value: (low + high) / 2,
  low,
  high,
  confidence,
  unit: "",
});

const above = (bound: number): ClaimTest => ({ kind: "above", bound });
const below = (bound: number): ClaimTest => ({ kind: "below", bound });
const between = (low: number, high: number): ClaimTest => ({ kind: "between", low, high });
const equal = (bound: number, tolerance = 0): ClaimTest => ({ kind: "equal", bound, tolerance });

describe("judgeClaim", () => {
  it.each([
    [estimate(3), above(2), "holds"],
    [estimate(2), above(2), "fails"],
    [estimate(2.1, 3), above(2), "holds"],
    [estimate(1, 2), above(2), "fails"],
    [estimate(1.9, 3), above(2), "undecided"],
    [estimate(1), below(2), "holds"],
    [estimate(2), below(2), "fails"],
    [estimate(2, 3), below(2), "fails"],
    [estimate(1, 2), below(2), "undecided"],
    [estimate(1), between(1, 2), "holds"],
    [estimate(2), between(1, 2), "holds"],
    [estimate(2.1), between(1, 2), "fails"],
    [estimate(1.2, 1.4), between(1, 2), "holds"],
    [estimate(0, 1), between(1, 2), "undecided"],
    [estimate(0, 3), between(1, 2), "undecided"],
    [estimate(3, 4), between(1, 2), "fails"],
    [estimate(4), equal(4), "holds"],
    [estimate(4.1), equal(4), "fails"],
    [estimate(4.1), equal(4, 0.2), "holds"],
    [estimate(3.9, 4.1), equal(4), "undecided"],
    [estimate(3.9, 4.1), equal(4, 0.2), "holds"],
    [estimate(5, 6), equal(4, 0.2), "fails"],
    // A single trial that need not repeat: how much it varies is unknown.
    [estimate(100, 100, 0), above(2), "undecided"],
    [estimate(3, 4, null), above(2), "holds"],
    [estimate(3, 3, null), above(2), "holds"],
    // However far from the bound: fewer than six trials are no evidence for 95 %.
    [estimate(100, 101, 0.9375), above(2), "undecided"],
    [estimate(100, 101, 0.9375), below(2), "undecided"],
    [estimate(4, 4, 0.5), equal(4), "undecided"],
    [estimate(4, 4, 0.96875), equal(4), "holds"],
  ] as const)("%j, %j: %s", (value, test, verdict) => {
    expect(judgeClaim(value, test)).toBe(verdict);
  });

  const number = fc.integer({ min: -20, max: 20 });
  const ordered = fc.tuple(number, number).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
  const test = fc.oneof(
    number.map(above),
    number.map(below),
    ordered.map(([low, high]) => between(low, high)),
    fc.tuple(number, fc.nat(5)).map(([bound, tolerance]) => equal(bound, tolerance)),
  );

  it("says of an interval what it says of every value in it", () => {
    fc.assert(
      fc.property(ordered, test, ([low, high], claimed) => {
        // Halves stand for all that lies between whole bounds.
        const inside = Array.from({ length: 2 * (high - low) + 1 }, (_, index) => low + index / 2);
        const verdicts = new Set(inside.map((value) => judgeClaim(estimate(value), claimed)));
        expect(verdicts.has("undecided")).toBe(false);
        const [only] = verdicts;
        expect(judgeClaim(estimate(low, high), claimed)).toBe(verdicts.size === 1 ? only : "undecided");
      }),
    );
  });
});

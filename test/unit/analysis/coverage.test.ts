import { describe, expect, it } from "vitest";
import { combineMedians, medianIntervals } from "../../../src/analysis/combined-medians.ts";
import { median } from "../../../src/analysis/statistics.ts";
import { claimPValue, judgeClaim } from "../../../src/analysis/verdict.ts";
import type { ClaimTest } from "../../../src/model/claims.ts";
import {
  createRandom,
  DISTRIBUTIONS,
  type Distribution,
  normal,
  sample,
  simulateCoverage,
  simulateOverhead,
  tolerance,
} from "../../helpers/coverage.ts";

// Simulations with fixed seeds: they repeat to the digit. A share may exceed its bound by four binomial standard deviations.
const ROUNDS = 400;
const COUNTS = [2, 3, 6, 7, 10];
/** A second of work each, on a machine with others at work. */
const TIMEOUT_MS = 60_000;
const ratio = (a: number, b: number): number => a / b;
const varying = (samples: readonly number[]) => ({ samples, exact: false });

/** Pairs of one shape, and of shapes that differ as much as shapes can. */
const PAIRS: readonly (readonly [Distribution, Distribution])[] = DISTRIBUTIONS.flatMap((first, index) => {
  const next = DISTRIBUTIONS[(index + 1) % DISTRIBUTIONS.length];
  return next === undefined ? [] : [[first, first] as const, [first, next] as const];
});

describe("intervals cover at least as often as they state", { timeout: TIMEOUT_MS }, () => {
  it.each(DISTRIBUTIONS)("a median against an exact value: $name", (distribution) => {
    for (const count of COUNTS) {
      const found = simulateCoverage(
        (random) => combineMedians(varying(sample(distribution, count, random)), { samples: [2], exact: true }, ratio),
        distribution.median / 2,
        { rounds: ROUNDS, seed: count },
      );
      expect(found.covered).toBeGreaterThanOrEqual(found.stated - tolerance(found.stated, ROUNDS));
    }
  });

  it.each(PAIRS.map((pair) => ({ pair, name: pair.map(({ name }) => name).join(" and ") })))(
    "two medians: $name",
    ({ pair: [first, second] }) => {
      for (const count of COUNTS) {
        const found = simulateCoverage(
          (random) => combineMedians(varying(sample(first, count, random)), varying(sample(second, 7, random)), ratio),
          first.median / second.median,
          { rounds: ROUNDS, seed: count },
        );
        expect(found.covered).toBeGreaterThanOrEqual(found.stated - tolerance(found.stated, ROUNDS));
      }
    },
  );

  it("two medians of the same trials", () => {
    const found = simulateCoverage(
      (random) => {
        const trials = Array.from({ length: 7 }, () => [normal(random), normal(random)] as const);
        // The second metric falls where the first rises.
        const a = trials.map(([shared, own]) => 10 + shared + 0.1 * own);
        return combineMedians(varying(a), varying(trials.map(([shared, own]) => 10 - shared + 0.1 * own)), ratio);
      },
      1,
      { rounds: ROUNDS, seed: 1 },
    );
    expect(found.covered).toBeGreaterThanOrEqual(found.stated - tolerance(found.stated, ROUNDS));
  });
});

/** Tests that are false of a value, but for the smallest of differences: the value is at their bound. */
function testsAt(truth: number): readonly ClaimTest[] {
  const little = 1e-9 * truth;
  return [
    { kind: "above", bound: truth },
    { kind: "below", bound: truth },
    { kind: "between", low: truth + little, high: 2 * truth },
    { kind: "between", low: truth / 2, high: truth - little },
    { kind: "equal", bound: 1.5 * truth, tolerance: 0.5 * truth - little },
  ];
}

describe("a claim at its bound holds in at most 2.5 % of reports", { timeout: TIMEOUT_MS }, () => {
  it.each(PAIRS.map((pair) => ({ pair, name: pair.map(({ name }) => name).join(" and ") })))(
    "$name, every kind of test",
    ({ pair: [first, second] }) => {
      for (const count of [2, 6, 7, 10]) {
        for (const against of ["exact", "varying"]) {
          const random = createRandom(count);
          const truth = against === "exact" ? first.median : first.median / second.median;
          const tests = testsAt(truth);
          const wrong = tests.map(() => 0);
          let disagreements = 0;
          for (let round = 0; round < ROUNDS; round += 1) {
            const b = against === "exact" ? { samples: [1], exact: true } : varying(sample(second, count, random));
            const estimate = combineMedians(varying(sample(first, count, random)), b, ratio);
            for (const [index, test] of tests.entries()) {
              const verdict = judgeClaim(estimate, test);
              if (verdict === "holds") wrong[index] = (wrong[index] ?? 0) + 1;
              // The p-value and the verdict come from one interval.
              const isDecided = claimPValue(estimate.intervals, test) <= 0.05;
              if (isDecided !== (verdict !== "undecided")) disagreements += 1;
            }
          }
          for (const number of wrong) expect(number / ROUNDS).toBeLessThanOrEqual(0.025 + tolerance(0.025, ROUNDS));
          expect(disagreements).toBe(0);
          if (count < 6) expect(wrong).toEqual(tests.map(() => 0));
        }
      }
    },
  );

  it("does not decide by readings that agree by luck", () => {
    // A count of 27 in 60 % of trials: two of two agree in half of all reports.
    const random = createRandom(3);
    const counts = DISTRIBUTIONS.find(({ name }) => name === "counts");
    if (counts === undefined) throw new Error("no counts");
    for (const trials of [2, 3, 5]) {
      const samples = sample(counts, trials, random);
      const [widest] = medianIntervals(samples);
      expect(judgeClaim({ low: 28, high: 28, confidence: widest?.confidence ?? 0 }, { kind: "above", bound: 27 })).toBe(
        "undecided",
      );
    }
  });
});

describe("lower-bound overheads", { timeout: TIMEOUT_MS }, () => {
  const SPREAD = 0.05;

  /** Median of the total of a configuration, from many trials. */
  function medianTotal(work: number, pauses: number): number {
    const random = createRandom(99);
    const noisy = (value: number): number => value * Math.exp(SPREAD * normal(random));
    return median(Array.from({ length: 40_001 }, () => noisy(work) + noisy(pauses)));
  }

  it.each([
    [2, true],
    [4, true],
    [8, true],
    [4, false],
  ])("of %i configurations that cost the same (paired: %s) cover the truth as often as stated", (count, paired) => {
    const configurations = Array.from({ length: count }, () => ({ work: 100, pauses: 10 }));
    const total = medianTotal(100, 10);
    const truth = total / (paired ? 100 : total - 10);
    for (const trials of [3, 6, 10]) {
      const found = simulateCoverage(simulateOverhead(configurations, { trials, spread: SPREAD, paired }), truth, {
        rounds: 400,
        seed: trials,
      });
      expect(found.covered).toBeGreaterThanOrEqual(found.stated - tolerance(found.stated, 400));
    }
  });

  it("of configurations of which one is cheaper cover the truth as often as stated", () => {
    const configurations = [
      { work: 110, pauses: 10 },
      { work: 100, pauses: 30 },
      { work: 120, pauses: 1 },
    ];
    const truth = medianTotal(110, 10) / 100;
    const found = simulateCoverage(
      simulateOverhead(configurations, { trials: 10, spread: SPREAD, paired: true }),
      truth,
      { rounds: 400, seed: 4 },
    );
    expect(found.stated).toBeGreaterThanOrEqual(0.95);
    expect(found.covered).toBeGreaterThanOrEqual(0.95 - tolerance(0.95, 400));
  });
});

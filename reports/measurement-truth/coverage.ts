/** How often Heapbook's intervals contain the truth, by simulation with fixed seeds: that of the tests, in more rounds. */
import { combineMedians } from "../../src/analysis/combined-medians.ts";
import { DISTRIBUTIONS, type Distribution, sample, simulateCoverage } from "../../test/helpers/coverage.ts";

const ROUNDS = 1000;

export const SHAPES = DISTRIBUTIONS;

/** Confidence that intervals of the ratio of two medians with `count` samples each state, and share of them that contain it, in per cent. */
export function coverRatio(shape: Distribution, count: number): { readonly stated: number; readonly covered: number } {
  const drawn = (random: () => number) => ({ samples: sample(shape, count, random), exact: false });
  const { stated, covered } = simulateCoverage(
    (random) => combineMedians(drawn(random), drawn(random), (a, b) => a / b),
    1,
    { rounds: ROUNDS, seed: count },
  );
  return { stated: Math.round(1000 * stated) / 10, covered: Math.round(1000 * covered) / 10 };
}

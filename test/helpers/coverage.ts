import { lowerBoundOverheads } from "../../src/analysis/lower-bound-overhead.ts";

/** A distribution with a known median. */
export interface Distribution {
  readonly name: string;
  readonly median: number;
  /** Draws one value from a source of uniform random numbers. */
  draw(random: () => number): number;
}

/** Mulberry32 (Tommy Ettinger): uniform random numbers in 0…1 that repeat with their seed. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

const EXTREME_SHARE = 0.5001;

/** Shapes that metrics of trials have, and two that break methods which assume one shape. All are positive. */
export const DISTRIBUTIONS: readonly Distribution[] = [
  { name: "normal", median: 10, draw: (random) => 10 + normal(random) },
  { name: "log-normal", median: 10, draw: (random) => 10 * Math.exp(0.5 * normal(random)) },
  { name: "exponential", median: 10 * Math.LN2, draw: (random) => -10 * Math.log(1 - random()) },
  // The median is the 5/6 quantile of the lower mode: z = 0.9674.
  {
    name: "bimodal",
    median: 10 + 0.1 * 0.967421566,
    draw: (random) => (random() < 0.6 ? 10 : 15) + 0.1 * normal(random),
  },
  // Counts of collections: one more or less, with many ties.
  { name: "counts", median: 27, draw: (random) => (random() < 0.6 ? 27 : 28) },
  { name: "counts, wide", median: 4, draw: (random) => [3, 3, 3, 4, 4, 4, 4, 5, 5, 6][Math.floor(10 * random())] ?? 4 },
  // Nearly half of the values lie far from the median, below or above.
  { name: "jump up", median: 10, draw: (random) => (random() < EXTREME_SHARE ? 10 : 1000) },
  { name: "jump down", median: 10, draw: (random) => (random() < EXTREME_SHARE ? 10 : 0.1) },
];

export function sample({ draw }: Distribution, count: number, random: () => number): number[] {
  return Array.from({ length: count }, () => draw(random));
}

/** How often intervals covered the truth, and missed it on either side; shares, 0…1. */
export interface Coverage {
  /** The smallest confidence that any of the intervals stated. */
  readonly stated: number;
  readonly covered: number;
  /** Share of intervals wholly below the truth, and wholly above. */
  readonly below: number;
  readonly above: number;
  /** Median of `(high − low) / truth`. */
  readonly width: number;
}

/**
 * Simulates intervals and counts how often they cover the truth.
 *
 * @param makeInterval draws samples and returns their interval
 */
export function simulateCoverage(
  makeInterval: (random: () => number) => { readonly low: number; readonly high: number; readonly confidence: number },
  truth: number,
  { rounds, seed }: { readonly rounds: number; readonly seed: number },
): Coverage {
  const random = createRandom(seed);
  const intervals = Array.from({ length: rounds }, () => makeInterval(random));
  const share = (test: (interval: (typeof intervals)[number]) => boolean): number =>
    intervals.filter(test).length / rounds;
  // Quotients of equal values differ in their last digit.
  const grain = 1e-12 * Math.abs(truth);
  const below = share(({ high }) => high < truth - grain);
  const above = share(({ low }) => low > truth + grain);
  const widths = intervals.map(({ low, high }) => (high - low) / truth).sort((a, b) => a - b);
  return {
    stated: Math.min(...intervals.map(({ confidence }) => confidence)),
    covered: 1 - below - above,
    below,
    above,
    width: widths[Math.floor(rounds / 2)] ?? Number.NaN,
  };
}

/** The largest share that a probability may be exceeded by in so many rounds: four binomial standard deviations. */
export function tolerance(probability: number, rounds: number): number {
  return 4 * Math.sqrt((probability * (1 - probability)) / rounds) + 1 / rounds;
}

/**
 * Lower-bound overheads of configurations that do the same work: wall time is work and pauses, both with log-normal noise.
 *
 * @returns the interval of the first configuration
 */
export function simulateOverhead(
  configurations: readonly { readonly work: number; readonly pauses: number }[],
  { trials, spread, paired }: { readonly trials: number; readonly spread: number; readonly paired: boolean },
  overheads: typeof lowerBoundOverheads = lowerBoundOverheads,
): (random: () => number) => { readonly low: number; readonly high: number; readonly confidence: number } {
  return (random) => {
    const noisy = (value: number): number => value * Math.exp(spread * normal(random));
    const costs = configurations.map(({ work, pauses }) => {
      const collector = Array.from({ length: trials }, () => noisy(pauses));
      const total = Array.from(
        { length: trials },
        (_, trial) => noisy(work) + (paired ? (collector[trial] ?? 0) : noisy(pauses)),
      );
      return { total, collector, paired };
    });
    return overheads(costs)[0] ?? { low: Number.NaN, high: Number.NaN, confidence: 0 };
  };
}

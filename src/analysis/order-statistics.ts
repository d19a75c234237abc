// Own implementation: simple-statistics has no interval of a median, and cuts its binomial distribution off at 99.99 %.

/** A confidence interval of the population median. */
export interface MedianInterval {
  readonly low: number;
  readonly high: number;
  /** Probability, 0…1, that the interval covers the median. */
  readonly confidence: number;
  /** The interval runs from the rank-th smallest sample to the rank-th largest. */
  readonly rank: number;
}

/** Ranks of the order-statistic intervals of several groups, and a lower bound of the probability that all cover together. */
export interface JointRanks {
  /** One rank for each group: its interval runs from the rank-th smallest sample to the rank-th largest. */
  readonly ranks: readonly number[];
  /** 0…1 */
  readonly confidence: number;
}

/**
 * The order-statistic confidence interval of the median. The samples must be independent and identically distributed; the
 * distribution may have any shape. The number of samples below the median is binomial with p = 1/2, so the interval from
 * the k-th smallest to the k-th largest of n samples covers the median with probability 1 − 2·P(B(n, ½) < k) (Nair, "Table of
 * confidence interval for the median in samples from any continuous population", Sankhyā 4, 1940; Lehmann, Nonparametrics,
 * 1975, p. 182; Go's benchstat uses the same interval). With ties the coverage is at least this probability.
 *
 * Returns the narrowest interval with the wanted confidence. Fewer than 6 samples have no 95 % interval. Their interval is the
 * whole range, with its true confidence: 93.75 % for 5 samples, 75 % for 3, and 0 for 1.
 *
 * @param wanted confidence, 0…1
 * @throws RangeError without samples
 */
export function medianInterval(samples: readonly number[], wanted = 0.95): MedianInterval {
  const { ranks, confidence } = narrowest(jointRanks([samples.length], twoSided), wanted);
  const [rank = 1] = ranks;
  return { ...orderStatistics(ascending(samples), rank), confidence, rank };
}

/**
 * Widens an interval by `systematicError`, an unknown error shared by all samples: scatter between trials does not show
 * such an error (JCGM 100:2008, Guide to the Expression of Uncertainty in Measurement, 3.2.3). An interval with
 * confidence 0, of a single sample, stays unchanged.
 */
export function widen<Interval extends { readonly low: number; readonly high: number; readonly confidence: number }>(
  interval: Interval,
  systematicError: number,
): Interval {
  if (systematicError === 0 || interval.confidence === 0) return interval;
  return { ...interval, low: interval.low - systematicError, high: interval.high + systematicError };
}

/** The rank-th smallest and the rank-th largest of samples that are sorted in ascending order. */
export function orderStatistics(
  sorted: readonly number[],
  rank: number,
): { readonly low: number; readonly high: number } {
  const low = sorted[rank - 1];
  const high = sorted[sorted.length - rank];
  if (low === undefined || high === undefined) throw new RangeError("No samples.");
  return { low, high };
}

/**
 * Upper bound of the probability that any interval misses its median, from the one-sided probability of each
 * (Bonferroni).
 */
export function twoSided(tails: readonly number[]): number {
  return 2 * tails.reduce((sum, tail) => sum + tail, 0);
}

/**
 * Joint order-statistic intervals of several groups, each narrower and less confident than the one before. The first
 * has rank 1 in every group (the full ranges). Each next one raises the rank of the group, or groups, for which the
 * confidence falls least. The order depends only on the numbers of samples, never on their values: a choice by values
 * would lose the stated coverage. The intervals are nested. So the smallest 1 − confidence whose interval excludes a
 * value is a p-value of that value.
 *
 * @param counts number of samples of each group
 * @param errorOf probability that the combination misses, given each group's probability of a one-sided miss
 */
export function jointRanks(counts: readonly number[], errorOf: (tails: readonly number[]) => number): JointRanks[] {
  const tails = counts.map(tailProbabilities);
  const at = (ranks: readonly number[]): JointRanks => {
    const error = errorOf(ranks.map((rank, group) => tails[group]?.[rank - 1] ?? 1));
    return { ranks, confidence: Math.max(0, 1 - error) };
  };
  const found = [at(counts.map(() => 1))];
  for (let last = found[0]; last !== undefined; last = found.at(-1)) {
    const { ranks } = last;
    const raised = (groups: readonly number[]): readonly number[] =>
      ranks.map((rank, group) => (groups.includes(group) ? rank + 1 : rank));
    const candidates = [...counts.keys()].filter((group) => (ranks[group] ?? 0) < (tails[group]?.length ?? 0));
    const confidences = candidates.map((group) => at(raised([group])).confidence);
    const best = Math.max(...confidences);
    // If raising the rank lowers the confidence equally for several groups, all of them are raised: the interval must
    // not depend on the order of the groups.
    const next = at(raised(candidates.filter((_, index) => confidences[index] === best)));
    if (candidates.length === 0 || next.confidence === 0) return found;
    found.push(next);
  }
  return found;
}

/**
 * Fewest samples in each of `groups` groups for which the joint intervals of their medians have confidence 1 − `error`
 * (Bonferroni): 6 for one median and 95 %, 7 for two.
 */
export function fewestTrials(groups: number, error: number): number {
  let trials = 1;
  while (twoSided(Array.from({ length: groups }, () => 2 ** -trials)) > error) trials += 1;
  return trials;
}

/** The last, narrowest interval that has the wanted confidence; the first if none has. */
export function narrowest<Interval extends { readonly confidence: number }>(
  nested: readonly Interval[],
  wanted: number,
): Interval {
  const found = nested.findLast(({ confidence }) => confidence >= wanted) ?? nested[0];
  if (found === undefined) throw new RangeError("No intervals.");
  return found;
}

export function ascending(samples: readonly number[]): number[] {
  return [...samples].sort((a, b) => a - b);
}

/** P(B(count, ½) < k) for k = 1 … ⌊(count + 1) / 2⌋: probabilities that the k-th smallest sample is above the median. */
function tailProbabilities(count: number): number[] {
  // Logarithms, because 2⁻ⁿ underflows to 0 from n = 1,075.
  let logProbability = -count * Math.LN2;
  let below = Math.exp(logProbability);
  const tails = [below];
  for (let rank = 2; rank <= Math.floor((count + 1) / 2); rank += 1) {
    logProbability += Math.log((count - rank + 2) / (rank - 1));
    below += Math.exp(logProbability);
    tails.push(below);
  }
  return tails;
}

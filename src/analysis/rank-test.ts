import { wilcoxonRankSum } from "simple-statistics";
import { type Estimate, median } from "./statistics.ts";

// The library has the sum of ranks, with ties, and no p of it; its normal distribution is a table of four digits. The exact
// distribution, its normal approximation, Holm's correction and Hodges and Lehmann's estimate are ours.

/** Up to so many samples in both groups together, probabilities are counted; beyond, the normal curve stands in. */
const MOST_COUNTED = 50;

export interface RankTest {
  /** Pairs in which the first group's sample is the larger, ties as half a pair: the U statistic of the first group. */
  readonly u: number;
  /** Two-sided probability of a U at least as far out, if both groups are of one distribution. */
  readonly p: number;
  /** `exact`: counted over all ways to deal the pooled samples to the groups, ties kept. `normal`: approximated. */
  readonly method: "exact" | "normal";
}

/**
 * The Mann–Whitney U test (H. B. Mann and D. R. Whitney, Annals of Mathematical Statistics 18, 1947), two-sided: twice the
 * smaller tail, as R's `wilcox.test` and SciPy's `mannwhitneyu` have it. It asks nothing of the shape of the distribution.
 *
 * Up to 50 samples in all it is exact, conditional on the ties (E. L. Lehmann, Nonparametrics, 1975, section 1.4; Go's
 * benchstat does the same): the dealings of the pooled mid-ranks are counted. Beyond that, the normal approximation with
 * the variance corrected for ties and a continuity correction of one half.
 *
 * @throws RangeError where a group has no samples
 */
export function mannWhitney(a: readonly number[], b: readonly number[]): RankTest {
  if (a.length === 0 || b.length === 0) throw new RangeError("No samples.");
  const u = countAbove(a, b);
  const ties = tieSizes([...a, ...b]);
  if (a.length + b.length <= MOST_COUNTED) {
    const { below, above } = countedTails(u, a.length, ties);
    return { u, p: Math.min(1, 2 * Math.min(below, above)), method: "exact" };
  }
  const total = a.length + b.length;
  const tied = ties.reduce((sum, size) => sum + size ** 3 - size, 0);
  const variance = ((a.length * b.length) / 12) * (total + 1 - tied / (total * (total - 1)));
  const distance = Math.max(0, Math.abs(u - (a.length * b.length) / 2) - 0.5);
  // All samples equal: nothing speaks against one distribution.
  const p = variance === 0 ? 1 : Math.min(1, 2 * normalTail(distance / Math.sqrt(variance)));
  return { u, p, method: "normal" };
}

/** The smallest p that groups of these sizes can give: 2 / C(n + m, n). Above 0.05 no difference can be told, however large. */
export function smallestP(countA: number, countB: number): number {
  let ways = 1;
  for (let k = 1; k <= Math.min(countA, countB); k += 1) ways *= (countA + countB - k + 1) / k;
  return Math.min(1, 2 / ways);
}

/**
 * The chance that a sample of the first group is larger than one of the second, ties as half: the common-language effect
 * size (K. O. McGraw and S. P. Wong, Psychological Bulletin 111, 1992), Vargha and Delaney's A. 0.5 where neither tends to be
 * larger. Cliff's delta is 2A − 1.
 *
 * @throws RangeError where a group has no samples
 */
export function superiority(a: readonly number[], b: readonly number[]): number {
  if (a.length === 0 || b.length === 0) throw new RangeError("No samples.");
  return countAbove(a, b) / (a.length * b.length);
}

/**
 * Cliff's delta: how much oftener the first group's sample is the larger one than the smaller one, −1…1 (N. Cliff,
 * "Dominance statistics", Psychological Bulletin 114, 1993).
 */
export function cliffsDelta(a: readonly number[], b: readonly number[]): number {
  return 2 * superiority(a, b) - 1;
}

/**
 * The Hodges–Lehmann estimate of how far the first group lies above the second: the median of all differences between a
 * sample of the one and a sample of the other, in their unit. Its interval runs from the k-th smallest to the k-th largest
 * difference, k taken from the distribution of U, so that it is exact for untied samples of any shape (J. L. Hodges and
 * E. L. Lehmann, Annals of Mathematical Statistics 34, 1963; M. Hollander and D. A. Wolfe, Nonparametric Statistical
 * Methods, 1973, section 4.3). Where no interval has the wanted confidence it is the whole range, with the confidence that
 * this has: 90 % for 3 samples against 3.
 *
 * @throws RangeError where a group has no samples
 */
export function hodgesLehmann(a: readonly number[], b: readonly number[], wanted = 0.95): Estimate {
  const differences = a.flatMap((one) => b.map((other) => one - other)).sort((x, y) => x - y);
  const { rank, confidence } = differenceRank(a.length, b.length, wanted);
  const low = differences[rank - 1];
  const high = differences[differences.length - rank];
  if (low === undefined || high === undefined) throw new RangeError("No samples.");
  return { value: median(differences), low, high, confidence };
}

/**
 * Adjusts p-values for their number, so that the chance of even one false finding among them stays below the level (S. Holm,
 * "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6, 1979). It asks nothing
 * of how the comparisons depend on each other, as they do when all share a base.
 */
export function holm(ps: readonly number[]): number[] {
  const order = ps.map((p, index) => ({ p, index })).sort((x, y) => x.p - y.p);
  const adjusted = [...ps];
  let floor = 0;
  for (const [rank, { p, index }] of order.entries()) {
    floor = Math.max(floor, Math.min(1, (ps.length - rank) * p));
    adjusted[index] = floor;
  }
  return adjusted;
}

/** U from the sum of the first group's mid-ranks, which is U + n(n + 1)/2. */
function countAbove(a: readonly number[], b: readonly number[]): number {
  return wilcoxonRankSum([...a], [...b]) - (a.length * (a.length + 1)) / 2;
}

/** How many of the pooled samples share each value, the smallest value first. */
function tieSizes(pooled: readonly number[]): number[] {
  const sorted = [...pooled].sort((x, y) => x - y);
  const sizes: number[] = [];
  let last: number | undefined;
  for (const value of sorted) {
    // -0 and 0 are one value, and so are they here.
    if (last !== undefined && value === last) sizes.push((sizes.pop() ?? 0) + 1);
    else sizes.push(1);
    last = value;
  }
  return sizes;
}

/** P(U ≤ u) and P(U ≥ u) over all ways to take `count` of the pooled samples. */
function countedTails(u: number, count: number, ties: readonly number[]) {
  const ways = dealings(count, ties);
  // Sums are of doubled mid-ranks, which are whole: 2R = 2U + n(n + 1).
  const observed = 2 * u + count * (count + 1);
  let [below, above, all] = [0, 0, 0];
  for (const [sum, number] of ways) {
    all += number;
    if (sum <= observed) below += number;
    if (sum >= observed) above += number;
  }
  return { below: below / all, above: above / all };
}

/** How many ways there are to take `count` of the pooled samples, by the sum of their doubled mid-ranks. */
function dealings(count: number, ties: readonly number[]): ReadonlyMap<number, number> {
  let byTaken: Map<number, number>[] = Array.from({ length: count + 1 }, () => new Map());
  byTaken[0]?.set(0, 1);
  let before = 0;
  for (const size of ties) {
    const rank = 2 * before + size + 1;
    const next = byTaken.map((ways) => new Map(ways));
    for (const [taken, ways] of byTaken.entries()) {
      let choices = 1;
      for (let more = 1; more <= Math.min(size, count - taken); more += 1) {
        choices *= (size - more + 1) / more;
        const target = next[taken + more];
        for (const [sum, number] of ways) {
          const total = sum + more * rank;
          target?.set(total, (target.get(total) ?? 0) + number * choices);
        }
      }
    }
    byTaken = next;
    before += size;
  }
  return byTaken[count] ?? new Map();
}

/** The largest rank of the sorted differences whose interval has the wanted confidence, or 1 where none has. */
function differenceRank(countA: number, countB: number, wanted: number) {
  const pairs = countA * countB;
  if (countA + countB > MOST_COUNTED) {
    const deviation = Math.sqrt((pairs * (countA + countB + 1)) / 12);
    const rank = Math.max(1, Math.floor(pairs / 2 - normalQuantile((1 + wanted) / 2) * deviation));
    return { rank, confidence: wanted };
  }
  const ways = dealings(
    countA,
    Array.from({ length: countA + countB }, () => 1),
  );
  const least = countA * (countA + 1);
  const all = [...ways.values()].reduce((sum, number) => sum + number, 0);
  let [below, rank, confidence] = [0, 1, 0];
  for (let u = 0; u < pairs / 2; u += 1) {
    below += (ways.get(2 * u + least) ?? 0) / all;
    if (u > 0 && 1 - 2 * below < wanted) break;
    rank = u + 1;
    confidence = Math.max(0, 1 - 2 * below);
  }
  return { rank, confidence };
}

/** P(Z > z) for z ≥ 0, to about 15 digits: the series of the error function, and its continued fraction from 3 on. */
export function normalTail(z: number): number {
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z >= 3) {
    let fraction = z;
    for (let k = 200; k >= 1; k -= 1) fraction = z + k / fraction;
    return density / fraction;
  }
  let [term, sum] = [z, z];
  for (let k = 1; k < 100; k += 1) {
    term *= (z * z) / (2 * k + 1);
    sum += term;
  }
  return 0.5 - density * sum;
}

/** The z below which a share of the normal curve lies, for shares above one half, by bisection. */
function normalQuantile(share: number): number {
  let [low, high] = [0, 40];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (1 - normalTail(middle) < share) low = middle;
    else high = middle;
  }
  return low;
}

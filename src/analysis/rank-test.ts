import { wilcoxonRankSum } from "simple-statistics";
import { type IntervalEstimate, median } from "./statistics.ts";

// simple-statistics gives the rank sum with ties but no p-value, and its normal distribution is a table of four digits.
// So the exact distribution, its normal approximation, Holm's correction and the Hodges–Lehmann estimate are
// implemented here.

/** Largest total number of samples for which probabilities are counted exactly; above it they are normal approximations. */
const MOST_COUNTED = 50;

export interface RankTest {
  /** The U statistic of the first group: pairs in which its sample is the larger, ties counted as half a pair. */
  readonly u: number;
  /** Two-sided p-value: probability of a U at least as extreme if both groups have one distribution. */
  readonly p: number;
  /** `exact`: counted over all assignments of the pooled samples to the groups. `normal`: normal approximation. */
  readonly method: "exact" | "normal";
}

/**
 * The two-sided Mann–Whitney U test (H. B. Mann and D. R. Whitney, Annals of Mathematical Statistics 18, 1947). The p-value is
 * twice the smaller tail, as in R's `wilcox.test` and SciPy's `mannwhitneyu`. The distribution may have any shape.
 *
 * Up to 50 samples in total the p-value is exact, conditional on the ties (E. L. Lehmann, Nonparametrics, 1975, section 1.4; Go's
 * benchstat does the same): it counts all assignments of the pooled mid-ranks. Above 50 it is the normal approximation with
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
  // Equal samples are no evidence against one distribution.
  const p = variance === 0 ? 1 : Math.min(1, 2 * normalTail(distance / Math.sqrt(variance)));
  return { u, p, method: "normal" };
}

/** The smallest p-value for groups of these sizes: 2 / C(n + m, n). Above 0.05 the test can find no difference of any size. */
export function smallestP(countA: number, countB: number): number {
  let ways = 1;
  for (let k = 1; k <= Math.min(countA, countB); k += 1) ways *= (countA + countB - k + 1) / k;
  return Math.min(1, 2 / ways);
}

/**
 * Probability that a sample of the first group is larger than a sample of the second, ties counted as half: the
 * common-language effect size (K. O. McGraw and S. P. Wong, Psychological Bulletin 111, 1992), Vargha and Delaney's A. It is
 * 0.5 for equal distributions. Cliff's delta is 2A − 1.
 *
 * @throws RangeError where a group has no samples
 */
export function superiority(a: readonly number[], b: readonly number[]): number {
  if (a.length === 0 || b.length === 0) throw new RangeError("No samples.");
  return countAbove(a, b) / (a.length * b.length);
}

/**
 * The Hodges–Lehmann estimate of the shift from the second group to the first, in their unit: the median of all differences
 * between a sample of the first and a sample of the second. Its interval runs from the k-th smallest to the k-th largest
 * difference; k comes from the distribution of U. The coverage is exact where the groups' distributions differ by a shift
 * only and have no ties (J. L. Hodges and E. L. Lehmann, Annals of Mathematical Statistics 34, 1963; M. Hollander and
 * D. A. Wolfe, Nonparametric Statistical Methods, 1973, section 4.3). Where no interval has the wanted confidence, the interval
 * is the whole range with its true confidence: 90 % for 3 samples against 3.
 *
 * @throws RangeError where a group has no samples
 */
export function hodgesLehmann(a: readonly number[], b: readonly number[], wanted = 0.95): IntervalEstimate {
  const differences = a.flatMap((one) => b.map((other) => one - other)).sort((x, y) => x - y);
  const { rank, confidence } = differenceRank(a.length, b.length, wanted);
  const low = differences[rank - 1];
  const high = differences[differences.length - rank];
  if (low === undefined || high === undefined) throw new RangeError("No samples.");
  return { value: median(differences), low, high, confidence };
}

/**
 * Holm's step-down correction (S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
 * Statistics 6, 1979). Returns adjusted p-values in the order given. Rejecting where the adjusted p-value is below α keeps the
 * probability of any false rejection below α, however the tests depend on each other (comparisons share a base, for example).
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

/** The U statistic of the first group: its rank sum minus n(n + 1)/2, where n is its number of samples. */
function countAbove(a: readonly number[], b: readonly number[]): number {
  return wilcoxonRankSum([...a], [...b]) - (a.length * (a.length + 1)) / 2;
}

/** Number of pooled samples at each distinct value, in ascending order of value. */
function tieSizes(pooled: readonly number[]): number[] {
  const sorted = [...pooled].sort((x, y) => x - y);
  const sizes: number[] = [];
  let last: number | undefined;
  for (const value of sorted) {
    // `===`, because -0 and 0 are ties.
    if (last !== undefined && value === last) sizes.push((sizes.pop() ?? 0) + 1);
    else sizes.push(1);
    last = value;
  }
  return sizes;
}

/** P(U ≤ u) and P(U ≥ u) over all choices of `count` of the pooled samples. */
function countedTails(u: number, count: number, ties: readonly number[]) {
  const ways = rankSumCounts(count, ties);
  // Doubled mid-ranks are integers: 2R = 2U + n(n + 1).
  const observed = 2 * u + count * (count + 1);
  let [below, above, all] = [0, 0, 0];
  for (const [sum, number] of ways) {
    all += number;
    if (sum <= observed) below += number;
    if (sum >= observed) above += number;
  }
  return { below: below / all, above: above / all };
}

/** For each sum of doubled mid-ranks: number of ways to choose `count` of the pooled samples with that sum. */
function rankSumCounts(count: number, ties: readonly number[]): ReadonlyMap<number, number> {
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

/** The largest rank whose interval of the sorted differences has the wanted confidence; 1 if none has. */
function differenceRank(countA: number, countB: number, wanted: number) {
  const pairs = countA * countB;
  if (countA + countB > MOST_COUNTED) {
    const deviation = Math.sqrt((pairs * (countA + countB + 1)) / 12);
    const rank = Math.max(1, Math.floor(pairs / 2 - normalQuantile((1 + wanted) / 2) * deviation));
    return { rank, confidence: wanted };
  }
  const ways = rankSumCounts(
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

/** P(Z > z) for z ≥ 0, to about 15 digits: a series of the error function below 3, its continued fraction from 3. */
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

/** Quantile of the standard normal distribution for a probability above 0.5, by bisection. */
function normalQuantile(share: number): number {
  let [low, high] = [0, 40];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (1 - normalTail(middle) < share) low = middle;
    else high = middle;
  }
  return low;
}

import { medianAbsoluteDeviation, quantileSorted } from "simple-statistics";

// simple-statistics gives quantiles and the median absolute deviation. It has no interval of a median, and its binomial
// distribution is cut off at 99.99 %, so both are implemented below.

/** An estimated value with its confidence interval, in the value's unit. */
export interface IntervalEstimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Coverage of the interval, 0…1: 1 for exact values, 0 for a single sample, which has no interval. */
  readonly confidence: number;
}

/** A confidence interval of the population median. */
export interface MedianInterval {
  readonly low: number;
  readonly high: number;
  /** Probability, 0…1, that the interval covers the median. */
  readonly confidence: number;
  /** The interval runs from the rank-th smallest sample to the rank-th largest. */
  readonly rank: number;
}

/**
 * The middle sample, or the mean of the two middle samples.
 *
 * @throws RangeError without samples
 */
export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}

/**
 * The quantile for a probability of 0…1, interpolated linearly between the samples (type 7 of Hyndman and Fan, "Sample
 * quantiles in statistical packages", The American Statistician 50, 1996; the default of R and NumPy).
 *
 * @throws RangeError without samples, or for a probability outside 0…1
 */
export function quantile(samples: readonly number[], probability: number): number {
  if (!(probability >= 0 && probability <= 1)) throw new RangeError(`Not a probability: ${probability}`);
  if (samples.length === 0) throw new RangeError("No samples.");
  const sorted = ascending(samples);
  const found = quantileSorted(sorted, probability);
  if (Number.isFinite(found)) return found;
  // Two samples may be further apart than the largest double; halves of them are not.
  const halves = sorted.map((sample) => sample / 2);
  return 2 * quantileSorted(halves, probability);
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
  const sorted = ascending(samples);
  const { rank, confidence } = medianRank(sorted.length, wanted);
  const low = sorted[rank - 1];
  const high = sorted[sorted.length - rank];
  if (low === undefined || high === undefined) throw new RangeError("No samples.");
  return { low, high, confidence, rank };
}

/** The largest rank whose interval has the wanted confidence; 1 where no interval has. */
function medianRank(count: number, wanted: number): { readonly rank: number; readonly confidence: number } {
  // Logarithms, because 2⁻ⁿ underflows to 0 from n = 1,075.
  let logProbability = -count * Math.LN2;
  let below = Math.exp(logProbability);
  let best = { rank: 1, confidence: Math.max(0, 1 - 2 * below) };
  for (let rank = 2; rank <= Math.floor((count + 1) / 2); rank += 1) {
    logProbability += Math.log((count - rank + 2) / (rank - 1));
    below += Math.exp(logProbability);
    const confidence = 1 - 2 * below;
    if (confidence < wanted) break;
    best = { rank, confidence };
  }
  return best;
}

/**
 * Samples with a larger modified z-score are outliers. Iglewicz and Hoaglin recommend 3.5 for larger samples. For small normal
 * samples 3.5 finds outliers in 21 % of groups of 5 and in 13 % of groups of 10 (20,000 simulated each); 10, hyperfine's
 * threshold, finds them in 3.4 % and 0.2 %.
 */
export const OUTLIER_SCORE = 10;

/**
 * Distance of a value from the median in robust standard deviations: the modified z-score 0.6745·(x − median) / MAD of
 * Iglewicz and Hoaglin ("How to Detect and Handle Outliers", ASQC 1993). MAD is the median absolute deviation. Where more than
 * half of the samples are equal, MAD is 0 and every other value has an infinite score.
 *
 * @throws RangeError without samples
 */
export function modifiedScore(value: number, samples: readonly number[]): number {
  const middle = median(samples);
  return value === middle ? 0 : (0.6745 * (value - middle)) / medianAbsoluteDeviation([...samples]);
}

function ascending(samples: readonly number[]): number[] {
  return [...samples].sort((a, b) => a - b);
}

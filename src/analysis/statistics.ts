import { medianAbsoluteDeviation, quantileSorted } from "simple-statistics";

// The library has quantiles and the median absolute deviation. Its binomial distribution ends where 99.99 % are reached, and
// it has no interval of a median: these are ours, below.

/** A value with the interval that it may lie in. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** 0…1: 1 where nothing varies, 0 where too few samples leave the interval unknown. */
  readonly confidence: number;
}

/** An interval that holds the population's median with a known confidence. */
export interface MedianInterval {
  readonly low: number;
  readonly high: number;
  /** Exact probability, 0…1, that such an interval holds the median. */
  readonly confidence: number;
  /** The interval runs from the rank-th smallest sample to the rank-th largest. */
  readonly rank: number;
}

/**
 * The middle sample, or the mean of the two middle ones.
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
 * The order-statistic interval of the median. It assumes only that the samples are independent and of one distribution,
 * of whatever shape: the number of samples below the median is binomial with p = 1/2, so the interval from the k-th
 * smallest to the k-th largest of n holds it with probability 1 − 2·P(B(n, ½) < k) (Nair, "Table of confidence interval
 * for the median in samples from any continuous population", Sankhyā 4, 1940; Lehmann, Nonparametrics, 1975, p. 182;
 * Go's benchstat does the same). Where samples are tied the confidence is at least that. The narrowest interval is
 * taken that has the wanted confidence. Below 6 samples no interval has 95 %: then it is the whole range, with the
 * confidence that this has: 93.75 % for 5 samples, 75 % for 3, and 0 for a single one.
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

/** The largest rank whose interval has the wanted confidence, or 1 where none has. */
function medianRank(count: number, wanted: number): { readonly rank: number; readonly confidence: number } {
  // P(B = k) is followed as a logarithm: 2⁻ⁿ itself is 0 in a double from n = 1,075.
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
 * A modified z-score beyond this is an outlier's. Iglewicz and Hoaglin recommend 3.5 for larger samples; of few, that calls
 * 21 % of normal groups of 5 and 13 % of 10 tainted (20,000 simulated each). With 10 standard deviations, as hyperfine has
 * it, these are 3.4 and 0.2 %.
 */
export const OUTLIER_SCORE = 10;

/**
 * How far a value lies from the samples, in robust standard deviations: Iglewicz and Hoaglin's modified z-score
 * 0.6745·(x − median) / MAD ("How to Detect and Handle Outliers", ASQC 1993), where MAD is the median of the distances to
 * the median. Where more than half of the samples are equal, every other value lies infinitely far.
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

import { ascending, jointRanks, narrowest, orderStatistics } from "./order-statistics.ts";
import { type IntervalEstimate, median } from "./statistics.ts";

// Part of the bundle of cells that call `lowerBoundOverhead()`: may import only modules that import no package.

/**
 * Cost of one collector configuration, one sample for each trial: the total cost, and the part that is attributable to
 * the collector.
 */
export interface ConfigurationCost {
  readonly total: readonly number[];
  readonly collector: readonly number[];
  /** Whether `total[i]` and `collector[i]` come from the same trial. */
  readonly paired: boolean;
}

/**
 * Lower-bound overhead of each collector configuration (Z. Cai, S. M. Blackburn, M. D. Bond, M. Maas, "Distilling the real cost
 * of production garbage collectors", ISPASS 2022). A program cannot run without a collector. Its cost without one is bounded
 * from above by each configuration's distilled cost, the total less the attributable cost of the collector; the smallest
 * distilled cost is the baseline. Total divided by baseline is therefore a lower bound of the overhead: costs that cannot be
 * attributed (write barriers, helper threads, cold caches) stay in the baseline.
 *
 * Each cost is the median of its trials. Paired costs are distilled trial by trial, as Cai et al. do; otherwise the distilled
 * cost is the difference of two medians.
 *
 * The smallest of noisy medians is below the smallest true median; more configurations with equal costs lower it further. So
 * `value` is too high on average. The interval allows for every configuration to be the cheapest. Its lower end divides by the
 * smallest upper end of all distilled costs, its upper end by the smallest lower end; each end is an order statistic. The
 * lower end needs the upper ends of all configurations, the upper end only the lower end of the cheapest one (Bonferroni).
 *
 * @returns one overhead for each configuration, 1 or more: 1.2 is 20 % over the baseline. Undefined where the distilled cost is
 *   not positive, which shows that total and collector's cost do not belong together; such a cost bounds no other. `high` is
 *   infinite where a distilled cost may be 0.
 * @throws RangeError where a cost has no samples
 */
export function lowerBoundOverheads(
  costs: readonly ConfigurationCost[],
  wanted = 0.95,
): (IntervalEstimate | undefined)[] {
  const distilled = costs.map(distil);
  const baselines = distilled.filter(({ value }) => value > 0);
  const baseline = Math.min(...baselines.map(({ value }) => value));
  return costs.map(({ total }, index) => {
    if (!((distilled[index]?.value ?? 0) > 0)) return undefined;
    const value = median(total) / baseline;
    const { low, high, confidence } = overheadInterval(total, baselines, wanted);
    // A configuration costs no less than its own distilled cost, so the true overhead is at least 1.
    return confidence === 0
      ? { value, low: value, high: value, confidence }
      : { value, low: Math.max(1, low), high, confidence };
  });
}

/**
 * A distilled cost (total cost minus the collector's cost): its value, and the samples whose order statistics give its
 * bounds.
 */
interface DistilledCost {
  readonly value: number;
  readonly samples: readonly number[];
  /** Samples whose median is subtracted; empty where `samples` are distilled trial by trial. */
  readonly subtracted: readonly number[];
}

function distil({ total, collector, paired }: ConfigurationCost): DistilledCost {
  if (!paired) return { value: median(total) - median(collector), samples: total, subtracted: collector };
  const samples = total.map((whole, trial) => whole - (collector[trial] ?? Number.NaN));
  return { value: median(samples), samples, subtracted: [] };
}

function overheadInterval(total: readonly number[], baselines: readonly DistilledCost[], wanted: number) {
  const groups = [total, ...baselines.flatMap(({ samples, subtracted }) => [samples, ...asGroup(subtracted)])];
  // Groups of one baseline: one for paired costs, two otherwise.
  const sizes = baselines.map(({ subtracted }) => 1 + asGroup(subtracted).length);
  const errorOf = ([ofTotal = 1, ...tails]: readonly number[]): number => {
    const misses = sizes.map((size, index) => {
      const start = sizes.slice(0, index).reduce((sum, each) => sum + each, 0);
      return tails.slice(start, start + size).reduce((sum, tail) => sum + tail, 0);
    });
    return 2 * ofTotal + misses.reduce((sum, miss) => sum + miss, 0) + Math.max(...misses);
  };
  const { ranks, confidence } = narrowest(
    jointRanks(
      groups.map(({ length }) => length),
      errorOf,
    ),
    wanted,
  );
  const ends = groups.map((samples, group) => orderStatistics(ascending(samples), ranks[group] ?? 1));
  const [ofTotal, ...others] = ends;
  if (ofTotal === undefined) throw new RangeError("No samples.");
  const bounds = baselines.map(({ subtracted }) => {
    const [samples, collector] = [others.shift(), subtracted.length > 0 ? others.shift() : undefined];
    return {
      low: (samples?.low ?? Number.NaN) - (collector?.high ?? 0),
      high: (samples?.high ?? Number.NaN) - (collector?.low ?? 0),
    };
  });
  const least = Math.min(...bounds.map(({ low }) => low));
  return {
    low: ofTotal.low / Math.min(...bounds.map(({ high }) => high)),
    high: least > 0 ? ofTotal.high / least : Number.POSITIVE_INFINITY,
    confidence,
  };
}

function asGroup(samples: readonly number[]): readonly (readonly number[])[] {
  return samples.length === 0 ? [] : [samples];
}

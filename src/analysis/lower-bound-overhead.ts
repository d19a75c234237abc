import { bootstrap } from "./bootstrap.ts";
import { type IntervalEstimate, median } from "./statistics.ts";

// Bundled into cells that ask for it, as compare.ts is.

/** Cost of one collector configuration, one sample for each trial: the whole, and the part attributable to the collector. */
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
 * cost is the difference of two medians. The interval is a bootstrap over all configurations together, with a new baseline in
 * each resample.
 *
 * @returns one overhead for each configuration, 1 or more: 1.2 is 20 % over the baseline. Undefined where the distilled cost is
 *   not positive, which shows that total and collector's cost do not belong together; such a cost bounds no other.
 * @throws RangeError where a cost has no samples
 */
export function lowerBoundOverheads(costs: readonly ConfigurationCost[]): (IntervalEstimate | undefined)[] {
  const isPositive = costs.map((cost) => distilledCost(cost, trialsOf(cost)) > 0);
  const kept = costs.filter((_, index) => isPositive[index] === true);
  // Resamples trials, not values: a trial's total and collector's cost stay together.
  const groups = kept.flatMap(trialsOf);
  return costs.map((cost, index) => {
    if (isPositive[index] !== true) return undefined;
    const place = 2 * kept.indexOf(cost);
    return bootstrap(groups, (drawn) => {
      const distilled = kept.map((one, other) => distilledCost(one, drawn.slice(2 * other, 2 * other + 2)));
      const bounds = distilled.filter((bound) => bound > 0);
      // A resample may leave no bound; the bootstrap skips NaN.
      return bounds.length === 0 ? Number.NaN : medianOf(cost.total, drawn[place]) / Math.min(...bounds);
    });
  });
}

/** Indices of the trials of the total and of the collector's cost. */
function trialsOf({ total, collector }: ConfigurationCost): readonly [readonly number[], readonly number[]] {
  return [[...total.keys()], [...collector.keys()]];
}

function medianOf(samples: readonly number[], trials: readonly number[] = []): number {
  return median(trials.map((trial) => samples[trial] ?? Number.NaN));
}

/** Total less the collector's cost: an upper bound of the cost without a collector. */
function distilledCost(
  { total, collector, paired }: ConfigurationCost,
  [totals, collectors]: readonly (readonly number[])[],
): number {
  if (!paired) return medianOf(total, totals) - medianOf(collector, collectors);
  return medianOf(
    total.map((whole, trial) => whole - (collector[trial] ?? Number.NaN)),
    totals,
  );
}

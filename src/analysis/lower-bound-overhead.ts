import type { MetricSummary } from "../model/metrics.ts";
import type { ResultModule, ResultVariant } from "../model/result-module.ts";
import type { Scalar } from "../model/values.ts";
import { bootstrap } from "./bootstrap.ts";
import { type Estimate, median } from "./statistics.ts";

// Bundled into cells that ask for it, as compare.ts is.

/** What a configuration costs in all, and how much of it is surely the collector's, trial by trial. */
export interface Cost {
  readonly total: readonly number[];
  readonly collector: readonly number[];
  /** Whether both are of the same trials, one by one. */
  readonly paired: boolean;
}

/**
 * Lower bounds of what each configuration of a collector costs (Z. Cai, S. M. Blackburn, M. D. Bond, M. Maas, "Distilling
 * the real cost of production garbage collectors", ISPASS 2022). A program without a collector cannot be run, so its cost
 * is bounded from above: in each configuration by the total less what is surely the collector's (the distilled cost), and
 * then by the smallest of these. The overhead, total divided by that baseline, is therefore a lower bound: costs that
 * nobody can attribute (write barriers, helper threads, caches gone cold) stay in the baseline.
 *
 * Medians stand for the trials. Where totals and collector's costs are of the same trials, costs are distilled trial by
 * trial, as Cai et al. do; else median is taken from median. The interval is a bootstrap over all configurations together,
 * the baseline found anew in each drawing.
 *
 * @returns an overhead for each cost, 1 or more: 1.2 is 20 % over the baseline. Undefined where nothing is left of the total
 *   without the collector's cost, which says that the two do not belong together; such a configuration bounds no other's.
 * @throws RangeError where a cost has no samples
 */
export function lowerBoundOverheads(costs: readonly Cost[]): (Estimate | undefined)[] {
  const told = costs.map((cost) => distilledCost(cost, trialsOf(cost)) > 0);
  const kept = costs.filter((_, index) => told[index] === true);
  // Trials are drawn, not values, so that a trial's total and its collector's cost stay together.
  const groups = kept.flatMap(trialsOf);
  return costs.map((cost, index) => {
    if (told[index] !== true) return undefined;
    const place = 2 * kept.indexOf(cost);
    return bootstrap(groups, (drawn) => {
      const distilled = kept.map((one, other) => distilledCost(one, drawn.slice(2 * other, 2 * other + 2)));
      const bounds = distilled.filter((bound) => bound > 0);
      // A drawing may leave none; the bootstrap passes over what is not a number.
      return bounds.length === 0 ? Number.NaN : medianOf(cost.total, drawn[place]) / Math.min(...bounds);
    });
  });
}

/** Numbers of the trials that gave the total, and of those that gave the collector's cost. */
function trialsOf({ total, collector }: Cost): readonly [readonly number[], readonly number[]] {
  return [[...total.keys()], [...collector.keys()]];
}

function medianOf(samples: readonly number[], trials: readonly number[] = []): number {
  return median(trials.map((trial) => samples[trial] ?? Number.NaN));
}

/** What is left of the total: an upper bound of the cost without a collector. */
function distilledCost(
  { total, collector, paired }: Cost,
  [totals, collectors]: readonly (readonly number[])[],
): number {
  if (!paired) return medianOf(total, totals) - medianOf(collector, collectors);
  return medianOf(
    total.map((whole, trial) => whole - (collector[trial] ?? Number.NaN)),
    totals,
  );
}

/** An overhead, or why there is none. */
export type ToldOverhead = Estimate | { readonly notTold: string };

/** The overhead of one variant, in elapsed time and in CPU time. */
export interface Overhead {
  readonly params: Readonly<Record<string, Scalar>>;
  readonly wall: ToldOverhead;
  readonly cpu: ToldOverhead;
}

/** Metrics of one region of a variant, by id. */
type Metrics = Readonly<Record<string, MetricSummary>>;

/**
 * The lower-bound overhead of each variant, the variants being configurations of the collector over the same work. On CPU
 * time (user and system) too, because collection by helper threads does not show in elapsed time.
 *
 * The collector's cost is the sum of its pauses. Elapsed time is that of the trials whose pauses these are (`observedTime`),
 * so that the pauses are a part of it. CPU time is of the probe `time`, which runs in processes of its own. Of CPU time the
 * pauses are too little where several threads collect during a pause, which leaves the bound a lower one.
 *
 * @throws Error where no variant has what the probes `gc` and `time` give, or where time was measured with `iterations`
 */
export function overheads(
  result: ResultModule | readonly ResultVariant[],
  options: { readonly region?: string } = {},
): Overhead[] {
  const variants = "variants" in result ? result.variants : result;
  const metrics = variants.map(
    (variant): Metrics => (options.region === undefined ? variant.metrics : variant.regions[options.region]) ?? {},
  );
  refuseMisuse(metrics, options.region);
  const walls = tellOverheads(metrics.map(wallCost));
  const cpus = tellOverheads(metrics.map(cpuCost));
  return variants.flatMap(({ params }, index) => {
    const [wall, cpu] = [walls[index], cpus[index]];
    return wall === undefined || cpu === undefined ? [] : [{ params, wall, cpu }];
  });
}

const NEEDED = ["pauseTotal", "wallTime", "userTime", "systemTime"] as const;

function refuseMisuse(metrics: readonly Metrics[], region: string | undefined): void {
  if (metrics.some((one) => one["firstWallTime"] !== undefined)) {
    throw new Error("overheads: times are of steady iterations and pauses of one call; measure without `iterations`");
  }
  const where = region === undefined ? "" : ` in the region "${region}"`;
  for (const id of NEEDED) {
    if (metrics.some((one) => one[id] !== undefined)) continue;
    throw new Error(
      `overheads: no variant has a metric "${id}"${where}; add \`probes: [gc, time]\` to the cell measured`,
    );
  }
}

function wallCost(metrics: Metrics): Cost | undefined {
  const [pauses, observed, wall] = [metrics["pauseTotal"], metrics["observedTime"], metrics["wallTime"]];
  if (pauses === undefined) return undefined;
  if (observed !== undefined) return { total: observed.samples, collector: pauses.samples, paired: true };
  return wall && { total: wall.samples, collector: pauses.samples, paired: false };
}

function cpuCost(metrics: Metrics): Cost | undefined {
  const [pauses, user, system] = [metrics["pauseTotal"], metrics["userTime"], metrics["systemTime"]];
  if (pauses === undefined || user === undefined || system === undefined) return undefined;
  // Both are of the same processes.
  const total = user.samples.map((value, trial) => value + (system.samples[trial] ?? 0));
  return { total, collector: pauses.samples, paired: false };
}

function tellOverheads(costs: readonly (Cost | undefined)[]): ToldOverhead[] {
  const measured = costs.filter((cost) => cost !== undefined);
  const bounds = lowerBoundOverheads(measured);
  return costs.map((cost) => {
    if (cost === undefined) return { notTold: "not measured" };
    return (
      bounds[measured.indexOf(cost)] ?? { notTold: "collections took as long as the whole; measure a longer region" }
    );
  });
}

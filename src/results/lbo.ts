import type { MetricSummary, ResultModule, ResultVariant, Scalar } from "../harness/protocol.ts";
import { bootstrap } from "./bootstrap.ts";
import { type Estimate, median } from "./statistics.ts";

// Bundled into cells that ask for it, as compare.ts is.

/** What a configuration costs in all, and how much of it is surely the collector's, trial by trial. */
export interface Cost {
  readonly total: readonly number[];
  readonly collector: readonly number[];
}

/**
 * Lower bounds of what each configuration of a collector costs (Z. Cai, S. M. Blackburn, M. D. Bond, M. Maas, "Distilling
 * the real cost of production garbage collectors", ISPASS 2022). A program without a collector cannot be run, so its cost
 * is bounded from above: in each configuration by the total less what is surely the collector's (the distilled cost), and
 * then by the smallest of these. The overhead, total divided by that baseline, is therefore a lower bound: costs that
 * nobody can attribute (write barriers, helper threads, caches gone cold) stay in the baseline.
 *
 * Medians stand for the trials. Totals and collector's costs may be of different trials, as Heapbook's are, since a
 * collection is not timed in the process whose time counts. The interval is a bootstrap over all groups together, the
 * baseline found anew in each drawing.
 *
 * @returns an overhead for each cost, 1 or more: 1.2 is 20 % over the baseline
 * @throws RangeError where a cost has no samples, or where no baseline is above 0
 */
export function lowerBoundOverheads(costs: readonly Cost[]): Estimate[] {
  const groups = costs.flatMap(({ total, collector }) => [total, collector]);
  if (groups.some((group) => group.length === 0)) throw new RangeError("No samples.");
  const baseline = baselineOf(groups);
  if (!(baseline > 0)) {
    throw new RangeError(
      "The collector's cost is as large as the total; measure a longer region, or both on a quieter machine.",
    );
  }
  return costs.map((_, index) => bootstrap(groups, (drawn) => median(drawn[2 * index] ?? []) / baselineOf(drawn)));
}

/** The smallest distilled cost. `groups` are totals and collector's costs in turn. */
function baselineOf(groups: readonly (readonly number[])[]): number {
  const medians = groups.map(median);
  return medians.reduce(
    (least, total, index) => (index % 2 === 0 ? Math.min(least, total - (medians[index + 1] ?? 0)) : least),
    Number.POSITIVE_INFINITY,
  );
}

/** The overhead of one variant, in elapsed time and in CPU time. */
export interface Overhead {
  readonly params: Readonly<Record<string, Scalar>>;
  readonly wall: Estimate;
  readonly cpu: Estimate;
}

/**
 * The lower-bound overhead of each variant, the variants being configurations of the collector over the same work. On CPU
 * time (user and system) too, because collection by helper threads does not show in elapsed time.
 *
 * The collector's cost is the sum of its pauses. Of CPU time that is too little where several threads collect during a
 * pause, which leaves the bound a lower one.
 *
 * @throws Error where a variant lacks what the probes `gc` and `time` give
 */
export function overheads(
  result: ResultModule | readonly ResultVariant[],
  options: { readonly region?: string } = {},
): Overhead[] {
  const variants = "variants" in result ? result.variants : result;
  const read = (variant: ResultVariant, id: string): MetricSummary => {
    const metrics = options.region === undefined ? variant.metrics : variant.regions[options.region];
    const summary = metrics?.[id];
    if (metrics?.["firstWallTime"] !== undefined) {
      throw new Error("overheads: wall time is of one iteration and pauses are of all; measure without `iterations`");
    }
    if (summary !== undefined) return summary;
    const where = options.region === undefined ? "" : ` in the region "${options.region}"`;
    const name = JSON.stringify(variant.params);
    throw new Error(
      `overheads: ${name} has no metric "${id}"${where}; add \`probes: [gc, time]\` to the cell measured`,
    );
  };
  const pauses = variants.map((variant) => read(variant, "pauseTotal").samples);
  const walls = variants.map((variant) => read(variant, "wallTime").samples);
  const cpus = variants.map((variant) => sums(read(variant, "userTime").samples, read(variant, "systemTime").samples));
  const bounds = (totals: readonly (readonly number[])[]): Estimate[] =>
    lowerBoundOverheads(totals.map((total, index) => ({ total, collector: pauses[index] ?? [] })));
  const [wall, cpu] = [bounds(walls), bounds(cpus)];
  return variants.flatMap(({ params }, index) => {
    const [own, ownCpu] = [wall[index], cpu[index]];
    return own === undefined || ownCpu === undefined ? [] : [{ params, wall: own, cpu: ownCpu }];
  });
}

/** Trial by trial: both are of the same processes. */
function sums(a: readonly number[], b: readonly number[]): number[] {
  return a.map((value, index) => value + (b[index] ?? 0));
}

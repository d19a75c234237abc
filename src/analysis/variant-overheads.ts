import type { MetricSummary } from "../model/metrics.ts";
import type { ResultModule, ResultVariant } from "../model/result-module.ts";
import type { Scalar } from "../model/values.ts";
import { type ConfigurationCost, lowerBoundOverheads } from "./lower-bound-overhead.ts";
import type { IntervalEstimate } from "./statistics.ts";

// Part of the bundle of cells that call `lowerBoundOverhead()`: may import only modules that import no package.

/** A lower-bound overhead, or the reason why it is unknown. */
export type OverheadOrReason = IntervalEstimate | { readonly reason: string };

/** Lower-bound overheads of one variant, in elapsed time and in CPU time. */
export interface VariantOverhead {
  readonly params: Readonly<Record<string, Scalar>>;
  readonly wall: OverheadOrReason;
  readonly cpu: OverheadOrReason;
}

/** Metrics of one region of a variant, by id. */
type Metrics = Readonly<Record<string, MetricSummary>>;

/**
 * Lower-bound overheads of all variants of a result. The variants are collector configurations that do the same work. CPU time
 * (user and system) has an overhead of its own, because elapsed time hides collection by helper threads.
 *
 * The collector's cost is the sum of its pauses. Elapsed time comes from the same trials (`observedTime`), so the pauses are
 * part of it. CPU time comes from the probe `time`, which runs in other processes. Pauses are less than the collector's CPU
 * time where several threads collect during a pause; the overhead is then still a lower bound.
 *
 * @throws Error where no variant has the metrics of the probes `gc` and `time`, or where the cell measures `iterations`
 */
export function variantOverheads(
  result: ResultModule | readonly ResultVariant[],
  options: { readonly region?: string } = {},
): VariantOverhead[] {
  const variants = "variants" in result ? result.variants : result;
  const metrics = variants.map(
    (variant): Metrics => (options.region === undefined ? variant.metrics : variant.regions[options.region]) ?? {},
  );
  requireMetrics(metrics, options.region);
  const walls = overheadsOrReasons(metrics.map(wallCost));
  const cpus = overheadsOrReasons(metrics.map(cpuCost));
  return variants.flatMap(({ params }, index) => {
    const [wall, cpu] = [walls[index], cpus[index]];
    return wall === undefined || cpu === undefined ? [] : [{ params, wall, cpu }];
  });
}

const REQUIRED = ["pauseTotal", "wallTime", "userTime", "systemTime"] as const;

function requireMetrics(metrics: readonly Metrics[], region: string | undefined): void {
  if (metrics.some((one) => one["firstWallTime"] !== undefined)) {
    throw new Error(
      "lowerBoundOverhead: the cell measures `iterations`: its times are those of steady iterations and its pauses those of one call. " +
        "Measure without `iterations`.",
    );
  }
  const where = region === undefined ? "" : ` in the region "${region}"`;
  for (const id of REQUIRED) {
    if (metrics.some((one) => one[id] !== undefined)) continue;
    throw new Error(
      `lowerBoundOverhead: no variant has the metric "${id}"${where}. Add \`probes: [gc, time]\` to the measured cell.`,
    );
  }
}

function wallCost(metrics: Metrics): ConfigurationCost | undefined {
  const [pauses, observed, wall] = [metrics["pauseTotal"], metrics["observedTime"], metrics["wallTime"]];
  if (pauses === undefined) return undefined;
  if (observed !== undefined) return { total: observed.samples, collector: pauses.samples, paired: true };
  return wall && { total: wall.samples, collector: pauses.samples, paired: false };
}

function cpuCost(metrics: Metrics): ConfigurationCost | undefined {
  const [pauses, user, system] = [metrics["pauseTotal"], metrics["userTime"], metrics["systemTime"]];
  if (pauses === undefined || user === undefined || system === undefined) return undefined;
  // User and system time come from the same processes.
  const total = user.samples.map((value, trial) => value + (system.samples[trial] ?? 0));
  return { total, collector: pauses.samples, paired: false };
}

function overheadsOrReasons(costs: readonly (ConfigurationCost | undefined)[]): OverheadOrReason[] {
  const measured = costs.filter((cost) => cost !== undefined);
  const bounds = lowerBoundOverheads(measured);
  return costs.map((cost) => {
    if (cost === undefined) return { reason: "not measured" };
    return (
      bounds[measured.indexOf(cost)] ?? { reason: "collections took as long as the whole; measure a longer region" }
    );
  });
}

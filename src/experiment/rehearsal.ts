import type { ProbeName } from "../model/probes.ts";
import { METRICS } from "../results/metric-catalog.ts";
import type { PlannedSet } from "./trial-plan.ts";

// Measured processes observe nothing, and the trial `output` makes one call of each region without metrics. What a cell reads in other
// calls, or where it has metrics, is observed in a rehearsal: one more process of the probe `output`, whose outputs are dropped.

/**
 * Code that may read files, variables or parameters. The cell library, which is in each bundle, names parameters too: of these, the code of
 * the cell itself decides.
 */
const READS =
  /["'](?:node:)?(?:fs|fs\/promises|sqlite|os|module|child_process|worker_threads|cluster)["']|\b(?:env|createRequire|getBuiltinModule|loadEnvFile|require)\b|\bimport\s*\(/;

/** The option as an author gives it to `measure()`. The cell library, which is in each bundle, only reads and names it. */
const ITERATIONS = /\biterations["']?\s*[:,}]/;

/** Groups sets by variant, in the order in which the variants first appear. */
export function groupVariants<S extends Pick<PlannedSet, "variant">>(sets: readonly S[]): readonly (readonly S[])[] {
  const groups = new Map<string, S[]>();
  for (const set of sets) {
    const key = JSON.stringify(set.variant);
    groups.set(key, [...(groups.get(key) ?? []), set]);
  }
  return [...groups.values()];
}

/**
 * Ids of the metrics that a rehearsal of a variant returns from its regions, maybe none. Undefined if the variant needs
 * no rehearsal: its trial `output` makes all calls, or its code cannot read anything.
 *
 * @param cell code of the cell itself, and its option `warmup`
 * @param code the cell's bundle
 * @param probes of the variant's sets that have trials to run
 */
export function planRehearsal(
  { source, options: { warmup } }: { readonly source: string; readonly options: { readonly warmup: number } },
  code: string,
  probes: readonly ProbeName[],
): readonly string[] | undefined {
  const measured: readonly ProbeName[] = probes.filter((probe) => probe !== "output" && probe !== "min-heap");
  if (measured.length === 0 || !(READS.test(code) || /\bparams\b/.test(source))) return undefined;
  const repeats = measured.includes("time") && ITERATIONS.test(code);
  const usesMetrics = /\bmetrics\b/.test(source);
  const ids = METRICS.filter(({ probe }) => usesMetrics && measured.includes(probe)).map(({ id }) => id);
  return warmup > 0 || repeats || ids.length > 0 ? ids : undefined;
}

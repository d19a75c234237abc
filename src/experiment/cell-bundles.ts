import { bundleInstrumented, type InstrumentedBundle } from "../bundle/instrumented.ts";
import type { Bundle, BundleInput } from "../bundle/types.ts";
import type { Cell, Report } from "../document/types.ts";
import type { Engine } from "../model/instrumentation.ts";
import type { PlannedSet } from "./trial-plan.ts";

/** The bundles of a cell: one without markers, and one for each instrumentation that a planned set needs. */
export interface CellBundles {
  readonly plain: Bundle;
  /** With markers for V8's profilers: the engines `tracker` and `sampler`. */
  readonly profiled: InstrumentedBundle | undefined;
  /** With markers that call the meter. */
  readonly metered: InstrumentedBundle | undefined;
}

/** Adds the instrumented bundles that the planned sets need. */
export async function bundleForSets(
  report: Report,
  cell: Cell,
  plain: Bundle,
  plan: readonly PlannedSet[],
  input: BundleInput,
): Promise<CellBundles> {
  const { modules } = cell.options.lines;
  const engines = new Set(plan.flatMap(({ instrumentation }) => instrumentation?.engine ?? []));
  const bundleFor = (engine: Engine): Promise<InstrumentedBundle> =>
    bundleInstrumented(report, cell, input, modules, engine);
  return {
    plain,
    profiled: engines.has("tracker") || engines.has("sampler") ? await bundleFor("tracker") : undefined,
    metered: engines.has("meter") ? await bundleFor("meter") : undefined,
  };
}

/** The bundle that the processes of a set run. */
export function bundleOf(bundles: CellBundles, { instrumentation }: PlannedSet): Bundle | InstrumentedBundle {
  if (instrumentation === undefined) return bundles.plain;
  const bundle = instrumentation.engine === "meter" ? bundles.metered : bundles.profiled;
  if (bundle === undefined)
    throw new Error(`a set for the engine ${instrumentation.engine} has no bundle with markers`);
  return bundle;
}

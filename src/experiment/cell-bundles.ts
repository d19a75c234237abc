import { bundleTraced, type TracedBundle } from "../bundle/traced.ts";
import type { Bundle, BundleInput } from "../bundle/types.ts";
import type { Cell, Report } from "../document/types.ts";
import type { PlannedSet } from "./trial-plan.ts";

/** What the processes of a cell run: its bundle, and one with line markers where allocations are traced. */
export interface CellBundles {
  readonly plain: Bundle;
  readonly traced: TracedBundle | undefined;
  /** One whose markers meter themselves. */
  readonly metered: TracedBundle | undefined;
}

/** Adds the bundle with markers, if any of the planned sets needs it. */
export async function bundleForSets(
  report: Report,
  cell: Cell,
  plain: Bundle,
  plan: readonly PlannedSet[],
  input: BundleInput,
): Promise<CellBundles> {
  const { modules } = cell.options.lines;
  const isTracked = plan.some(({ isTraced, isMetered }) => isTraced && !isMetered);
  return {
    plain,
    traced: isTracked ? await bundleTraced(report, cell, input, modules) : undefined,
    metered: plan.some(({ isMetered }) => isMetered)
      ? await bundleTraced(report, cell, input, modules, "meter")
      : undefined,
  };
}

/** The bundle that the processes of a set run. */
export function bundleOf(bundles: CellBundles, { isTraced, isMetered }: PlannedSet): Bundle | TracedBundle {
  if (!isTraced) return bundles.plain;
  const traced = isMetered ? bundles.metered : bundles.traced;
  if (traced === undefined) throw new Error("a set that is traced has no bundle with markers");
  return traced;
}

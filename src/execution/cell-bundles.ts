import { bundleTraced, type TracedBundle } from "../bundle/traced.ts";
import type { Bundle, BundleInput } from "../bundle/types.ts";
import type { Cell, Report } from "../document/types.ts";
import type { PlannedSet } from "../experiment/plan.ts";

/** What the processes of a cell run: its bundle, and one with line markers where allocations are traced. */
export interface CellBundles {
  readonly plain: Bundle;
  readonly traced: TracedBundle | undefined;
}

/** Adds the bundle with markers, if any of the planned sets needs it. */
export async function bundleForSets(
  report: Report,
  cell: Cell,
  plain: Bundle,
  plan: readonly PlannedSet[],
  input: BundleInput,
): Promise<CellBundles> {
  if (!plan.some(({ isTraced }) => isTraced)) return { plain, traced: undefined };
  return { plain, traced: await bundleTraced(report, cell, input, cell.options.lines.modules) };
}

/** The bundle that the processes of a set run. */
export function bundleOf({ plain, traced }: CellBundles, { isTraced }: PlannedSet): Bundle | TracedBundle {
  if (!isTraced) return plain;
  if (traced === undefined) throw new Error("a set that is traced has no bundle with markers");
  return traced;
}

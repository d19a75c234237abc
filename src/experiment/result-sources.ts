import type { Bundle } from "../bundle/types.ts";
import type { Cell, Report } from "../document/types.ts";
import type { PlaceReader, Store } from "../store/store.ts";
import type { Execution } from "./execute-report.ts";
import type { ExecutionOptions } from "./execution-options.ts";
import { planCell, planSearches } from "./trial-plan.ts";

/** Where known trials of a cell come from. */
export type ResultSource = "store" | "frozen";

/** The sources of a cell in the order in which they are asked; empty where everything is measured again. */
export function sourcesOf(
  { label, options: { cache } }: Cell,
  { mode, frozen, sources }: ExecutionOptions,
): readonly ResultSource[] {
  if (mode === "refresh") return [];
  if (mode === "stored") return sources?.get(label) ?? ordersOf(frozen?.use)[0] ?? [];
  if (!cache) return [];
  return frozen?.use === "first" ? ["frozen", "store"] : ["store"];
}

/** The orders that are tried of a dependency chain, best first: one source alone comes before a mixture. */
function ordersOf(use: "first" | "last" | undefined): readonly (readonly ResultSource[])[] {
  if (use === undefined) return [["store"]];
  const [first, last] = use === "first" ? (["frozen", "store"] as const) : (["store", "frozen"] as const);
  return [[first], [last], [first, last], [last, first]];
}

/**
 * Chooses, where nothing may run, the sources of each dependency chain: of the cells that are joined by imports of results. An
 * interrupted render leaves the first cells of a chain in the store and the others not. With the numbers of those first cells, the
 * frozen results of the others do not fit, because a frozen result depends on the numbers that its cell imported. So a chain takes
 * all from the source that has all of it; where none has, from the order of sources that leaves the fewest trials missing.
 *
 * @param execute runs the report's cells that have bundles, under `stored`
 * @returns sources by label
 */
export async function chooseSources(
  report: Report,
  bundles: ReadonlyMap<string, Bundle>,
  options: ExecutionOptions,
  execute: (bundles: ReadonlyMap<string, Bundle>, options: ExecutionOptions) => Promise<Execution>,
): Promise<ReadonlyMap<string, readonly ResultSource[]>> {
  const { drawOutputs: _draw, onBundles: _keep, ...rest } = options;
  const silent = { ...rest, store: loadOnce(options.store), ingredients: undefined, onProgress: () => {} };
  const chosen = new Map<string, readonly ResultSource[]>();
  for (const chain of findChains(report, bundles)) {
    const own = new Map([...bundles].filter(([label]) => chain.has(label)));
    let fewest = Number.POSITIVE_INFINITY;
    for (const order of ordersOf(options.frozen?.use)) {
      const sources = new Map([...chain].map((label) => [label, order]));
      const { sets } = await execute(own, { ...silent, sources, chartSources: new Map() });
      const known = [...sets.values()].flat().reduce((sum, set) => sum + (set.trialSet?.trials.length ?? 0), 0);
      const missing = countPlanned(report, own, options) - known;
      if (missing >= fewest) continue;
      fewest = missing;
      for (const label of chain) chosen.set(label, order);
      if (missing <= 0) break;
    }
  }
  return chosen;
}

function countPlanned(report: Report, bundles: ReadonlyMap<string, Bundle>, { trials }: ExecutionOptions): number {
  const sets = report.cells.flatMap((cell) => {
    const bundle = bundles.get(cell.label);
    if (bundle === undefined || !cell.options.eval) return [];
    return [...planSearches(cell, trials), ...planCell(cell, trials, bundle.usesTracemalloc)];
  });
  return sets.reduce((sum, set) => sum + set.trials, 0);
}

/** The labels of the cells that imports of results join, directly or through others; a cell without any is a chain of its own. */
function findChains({ cells }: Report, bundles: ReadonlyMap<string, Bundle>): ReadonlySet<string>[] {
  const chains = new Map<string, Set<string>>();
  for (const { label } of cells) {
    const bundle = bundles.get(label);
    if (bundle === undefined) continue;
    const joined = [label, ...bundle.resultImports.filter((each) => bundles.has(each))];
    const chain = new Set(joined.flatMap((each) => [each, ...(chains.get(each) ?? [])]));
    for (const each of chain) chains.set(each, chain);
  }
  return [...new Set(chains.values())];
}

/** A store that reads each file once: every order of sources asks for the same sets. */
function loadOnce(store: Store): Store {
  const loaded = new Map<PlaceReader | undefined, Map<string, ReturnType<Store["load"]>>>();
  return {
    ...store,
    load(fingerprint, placeOf) {
      const known = loaded.get(placeOf) ?? new Map<string, ReturnType<Store["load"]>>();
      loaded.set(placeOf, known);
      if (!known.has(fingerprint)) known.set(fingerprint, store.load(fingerprint, placeOf));
      return known.get(fingerprint);
    },
  };
}

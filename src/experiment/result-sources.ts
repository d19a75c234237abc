import type { Bundle } from "../bundle/types.ts";
import type { Cell, Report } from "../document/types.ts";
import type { PlaceReader, Store } from "../store/store.ts";
import type { Execution } from "./execute-report.ts";
import type { ExecutionOptions } from "./execution-options.ts";
import { planCell, planSearches } from "./trial-plan.ts";

/** Where a cell's known trials are loaded from: the store or frozen results. */
export type ResultSource = "store" | "frozen";

/** The sources for a cell's trials, in order of preference; empty if everything is measured again. */
export function sourcesOf(
  { label, options: { cache } }: Cell,
  { mode, frozen, sources }: ExecutionOptions,
): readonly ResultSource[] {
  if (mode === "refresh") return [];
  if (mode === "stored") return sources?.get(label) ?? ordersOf(frozen?.use)[0] ?? [];
  if (!cache) return [];
  return frozen?.use === "first" ? ["frozen", "store"] : ["store"];
}

/** The orders of sources to try for a dependency chain, best first. A single source comes before a mixture. */
function ordersOf(use: "first" | "last" | undefined): readonly (readonly ResultSource[])[] {
  if (use === undefined) return [["store"]];
  const [first, last] = use === "first" ? (["frozen", "store"] as const) : (["store", "frozen"] as const);
  return [[first], [last], [first, last], [last, first]];
}

/**
 * Chooses the sources of trials for each dependency chain (cells that import each other's results), when nothing may
 * run.
 *
 * A mixture can fail: an interrupted render leaves new results of the first cells in the store, and the frozen results
 * of later cells depend on the old ones. So a chain uses a source that has all of its trials; if none has, the order of
 * sources with the fewest missing trials.
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

/**
 * Finds the dependency chains: sets of labels of cells that import each other's results, directly or through others. A
 * cell without such imports is a chain of its own.
 */
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

/** Wraps a store so that each fingerprint is loaded once: every order of sources asks for the same sets. */
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

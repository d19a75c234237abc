import { join, relative } from "node:path";
import { resultLabels } from "../chart/vega/vega-lite-cell.ts";
import type { Report } from "../document/types.ts";
import { type Execution, executeReport } from "../experiment/execute-report.ts";
import { processExecutor } from "../process/run-trial.ts";
import type { Highlighter } from "../render/renderer.ts";
import { openIngredients } from "../store/ingredients.ts";
import { openStore, type Store } from "../store/store.ts";
import { STORE_FOLDER } from "../store/store-folder.ts";
import type { BundledReport } from "./bundle.ts";
import { createBundleKeeper } from "./debug-bundles.ts";
import type { ChartDrawer } from "./draw.ts";
import type { UsedFrozen } from "./frozen.ts";
import type { RenderOptions } from "./options.ts";
import { readPreviousResults } from "./write.ts";

/**
 * Runs the cells, or uses stored results. While trials run in their own processes, this process draws charts of
 * completed cells and highlights the code.
 * @throws the signal's reason when interrupted; completed trials are stored
 */
export async function executeCells(
  bundled: BundledReport,
  options: RenderOptions,
  {
    drawer,
    highlight,
    frozen,
  }: { readonly drawer: ChartDrawer; readonly highlight: Highlighter; readonly frozen: UsedFrozen },
): Promise<Execution> {
  const { report, runtimes, pythons, bundleCache } = bundled;
  const { storeRoot: root = options.root, jobs, trials, mode, signal, onProgress } = options;
  const isPlan = mode === "plan";
  const executing = executeReport(report, bundled.bundles, {
    params: report.frontMatter.params,
    store: openStores(report, options),
    draft: options.draft === true,
    bundleCache,
    executor: options.executor ?? processExecutor,
    runtimes,
    pythons,
    root,
    jobs,
    trials,
    mode,
    signal,
    onProgress,
    onWarning: options.onWarning,
    chartSources: new Map([...bundled.specs].map(([label, spec]) => [label, resultLabels(spec)])),
    frozen: frozen.results === undefined ? undefined : { results: frozen.results, use: frozen.use },
    missingRuntimes: bundled.missingRuntimes,
    ingredients: options.draft === true ? undefined : openIngredients(root, relative(root, report.path)),
    wasShown: shownFingerprints(options, report),
    onBundles: options.keepBundles === true ? createBundleKeeper(root, report) : undefined,
    ...(isPlan ? {} : { drawOutputs: (cell, variants) => drawer.drawOutputs(cell, variants) }),
  });
  // Highlighting starts after the first processes, which otherwise would wait for it.
  const [execution] = await Promise.all([executing, isPlan ? undefined : highlightCells(report, highlight)]);
  signal.throwIfAborted();
  return execution;
}

/** Folder below `.heapbook` for the store of drafts. */
const DRAFT_FOLDER = "draft";

/** Opens the store. The store of a draft loads full results, but saves to a folder that only drafts read. */
function openStores({ folder, frontMatter: { params } }: Report, options: RenderOptions): Store {
  const { storeRoot: root = options.root, draft, onWarning } = options;
  const full = openStore(root, { base: folder, params, onWarning });
  if (draft !== true) return full;
  const drafts = openStore(join(root, STORE_FOLDER, DRAFT_FOLDER), { base: folder, params, onWarning });
  return {
    load: (...key) => full.load(...key) ?? drafts.load(...key),
    explainStale: (...key) => full.explainStale(...key) ?? drafts.explainStale(...key),
    changedOf: full.changedOf,
    lastObserved: (...key) => [...full.lastObserved(...key), ...drafts.lastObserved(...key)],
    observedBy: (set) => [...full.observedBy(set), ...drafts.observedBy(set)],
    save: (set, observed) => drafts.save(set, observed),
  };
}

/**
 * A function that tells whether the results.json beside the page contains a fingerprint. The file is read at the first
 * call.
 */
function shownFingerprints({ outputFolder }: RenderOptions, { slug }: Report): (fingerprint: string) => boolean {
  let text: string | undefined;
  return (fingerprint) => {
    text ??= outputFolder === undefined ? "" : (readPreviousResults(join(outputFolder, slug)) ?? "");
    return text.includes(`"${fingerprint}"`);
  };
}

/** Highlights the cells one by one, so that ends of processes are handled in between. */
async function highlightCells(report: Report, highlight: Highlighter): Promise<void> {
  for (const cell of report.cells) {
    await new Promise((resolve) => setImmediate(resolve));
    if (cell.options.echo && cell.options.include) await highlight.highlight(cell.source, cell.language);
  }
}

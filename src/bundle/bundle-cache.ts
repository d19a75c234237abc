import { resolve } from "node:path";
import type { Cell, Report } from "../document/types.ts";
import { LIBRARY, RESULT_NAMESPACE } from "./esbuild-plugins.ts";
import type { Bundle, BundleInput } from "./types.ts";

/** Version of cached bundles. Raise it when Heapbook makes another bundle of the same cell. */
const VERSION = 3;

/**
 * Computes the key of a cached bundle: everything that the bundle depends on if the cell imports only Heapbook's
 * library and results. Results count only if their labels occur in the code. The folder is included, because paths in
 * the source map are relative to it.
 */
function keyOf(report: Report, cell: Cell, { params, results }: BundleInput): string {
  const imported = [...results].filter(([label]) => cell.source.includes(`result:${label}`)).sort();
  return `bundle ${VERSION} ${JSON.stringify([report.folder, cell.label, cell.language, cell.sourceLine, cell.source, params, imported])}`;
}

/**
 * The cached bundle for the same input; undefined for a cache miss. A hit saves starting esbuild, which is a separate
 * process.
 */
export function readBundle(report: Report, cell: Cell, input: BundleInput): Bundle | undefined {
  const text = input.cache?.get(keyOf(report, cell, input));
  return text === undefined ? undefined : (JSON.parse(text) as Bundle);
}

/**
 * Caches a bundle if the cell imports only the library and results. Cells that import a file, package or other cell are
 * not cached, because an import may resolve differently although no file has changed.
 * @param imported imports of the cell itself: paths relative to the report's folder, or `namespace:path`
 */
export function keepBundle(
  report: Report,
  cell: Cell,
  input: BundleInput,
  imported: readonly string[],
  bundle: Bundle,
): void {
  const isLibraryOrResult = (path: string): boolean =>
    path.startsWith(`${RESULT_NAMESPACE}:`) || resolve(report.folder, path) === LIBRARY;
  if (imported.every(isLibraryOrResult)) input.cache?.set(keyOf(report, cell, input), JSON.stringify(bundle));
}

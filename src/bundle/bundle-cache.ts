import { resolve } from "node:path";
import type { Cell, Report } from "../document/types.ts";
import { LIBRARY, RESULT_NAMESPACE } from "./esbuild-plugins.ts";
import type { Bundle, BundleInput } from "./types.ts";

/** Raised whenever the same cell would be bundled otherwise. */
const VERSION = 2;

/**
 * What the bundle of a cell is made of, if the cell imports nothing but Heapbook's library and results. The results are
 * those it may import: a label that its code does not contain cannot be imported by it. The folder is in it, since the
 * source map names the library's files from there.
 */
function keyOf(report: Report, cell: Cell, { params, results }: BundleInput): string {
  const imported = [...results].filter(([label]) => cell.source.includes(`result:${label}`)).sort();
  return `bundle ${VERSION} ${JSON.stringify([report.folder, cell.label, cell.language, cell.sourceLine, cell.source, params, imported])}`;
}

/** The bundle as it was made before from the same text; then esbuild, a process of its own, is not even started. */
export function readBundle(report: Report, cell: Cell, input: BundleInput): Bundle | undefined {
  const text = input.cache?.get(keyOf(report, cell, input));
  return text === undefined ? undefined : (JSON.parse(text) as Bundle);
}

/**
 * Keeps a bundle, if the cell imports nothing but the library and results. A cell that imports a file, a package or another
 * cell is bundled each time: what its specifiers resolve to may change without any file changing.
 * @param imported what the cell itself imports: paths relative to the report's folder, or `namespace:path`
 */
export function keepBundle(
  report: Report,
  cell: Cell,
  input: BundleInput,
  imported: readonly string[],
  bundle: Bundle,
): void {
  const isOurs = (path: string): boolean =>
    path.startsWith(`${RESULT_NAMESPACE}:`) || resolve(report.folder, path) === LIBRARY;
  if (imported.every(isOurs)) input.cache?.set(keyOf(report, cell, input), JSON.stringify(bundle));
}

import { fileURLToPath } from "node:url";

/**
 * Heapbook's own code that results depend on: folders of `src/` and `dist/`. This is the only place that lists them.
 *
 * - `MEASURING`: loaded into every measured process. A change invalidates all results.
 * - `BUNDLED`: may be part of a cell's bundle, because the cell library imports it. The bundle is hashed: a change
 *   re-runs the cells whose bundle it changes.
 */
export const MEASURING = ["harness", "model"] as const;
export const BUNDLED = ["library", "analysis", "harness", "model"] as const;

/** Parents of these folders: the running build or sources, and the other of the two, to which source maps refer. */
const ROOTS = ["..", "../../dist", "../../src"];

const inEveryRoot = (folders: readonly string[]): string[] =>
  ROOTS.flatMap((root) => folders.map((folder) => fileURLToPath(new URL(`${root}/${folder}/`, import.meta.url))));

const OWN_FOLDERS = inEveryRoot([...new Set([...MEASURING, ...BUNDLED])]);

/** The functions of the cell library that measure, such as `measure()` and `references()`. */
const MEASURING_LIBRARY = inEveryRoot(["library/measuring"]);

/** Whether an absolute path is a file of Heapbook that runs in a measured process or in a bundle. */
export function isOwnFile(path: string): boolean {
  return OWN_FOLDERS.some((folder) => path.startsWith(folder));
}

/**
 * Whether an absolute path is a file of the cell library that measures. Allocations of its other files (`random()`, `table()`)
 * belong to the author's line that calls them, like those of a package.
 */
export function isMeasuringLibrary(path: string): boolean {
  return MEASURING_LIBRARY.some((folder) => path.startsWith(folder));
}

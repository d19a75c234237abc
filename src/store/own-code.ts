import { fileURLToPath } from "node:url";

/**
 * Heapbook's own code that results depend on: folders of `src/` and `dist/`. This is the only place that lists them.
 *
 * - `MEASURING`: loaded into every measured process. After a change no stored result is used again.
 * - `BUNDLED`: may be part of a cell's bundle, because the cell library imports it. The bundle is hashed, so a change
 *   re-runs only the cells whose bundle it changes.
 */
export const MEASURING = ["harness", "model"] as const;
export const BUNDLED = ["library", "analysis", "harness", "model"] as const;

/**
 * Folders that may contain these folders: the running build or sources, and `dist` and `src`, to which source maps
 * refer.
 */
const ROOTS = ["..", "../../dist", "../../src"];

const inEveryRoot = (folders: readonly string[]): string[] =>
  ROOTS.flatMap((root) => folders.map((folder) => fileURLToPath(new URL(`${root}/${folder}/`, import.meta.url))));

const OWN_FOLDERS = inEveryRoot([...new Set([...MEASURING, ...BUNDLED])]);

/** Folders of the cell library's measuring functions, such as `measure()` and `references()`. */
const MEASURING_LIBRARY = inEveryRoot(["library/measuring"]);

/** Whether an absolute path is a file of Heapbook that runs in a measured process or is part of a bundle. */
export function isOwnFile(path: string): boolean {
  return OWN_FOLDERS.some((folder) => path.startsWith(folder));
}

/**
 * Whether an absolute path is a file of the cell library's measuring functions. Allocations of other library files
 * (`random()`, `table()`) are assigned to the author's line that calls them, as for a package.
 */
export function isMeasuringLibrary(path: string): boolean {
  return MEASURING_LIBRARY.some((folder) => path.startsWith(folder));
}

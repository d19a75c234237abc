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

const OWN_FOLDERS = [
  ...new Set(
    ROOTS.flatMap((root) =>
      [...MEASURING, ...BUNDLED].map((folder) => fileURLToPath(new URL(`${root}/${folder}/`, import.meta.url))),
    ),
  ),
];

/** Whether an absolute path is a file of Heapbook that runs in a measured process or in a bundle. */
export function isOwnFile(path: string): boolean {
  return OWN_FOLDERS.some((folder) => path.startsWith(folder));
}

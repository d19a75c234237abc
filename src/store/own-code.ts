import { fileURLToPath } from "node:url";

/**
 * Heapbook's own code, by what a result depends on. Each list names folders of `src/` and `dist/`, and stands here only.
 *
 * - `MEASURING`: loaded into every measured process. A change makes what was measured before invalid.
 * - `BUNDLED`: may be bundled into a cell, because the cell library imports it. The bundle holds the code that it uses, and the
 *   bundle is hashed: a change re-runs the cells whose bundle it changes, and no others.
 */
export const MEASURING = ["harness", "model"] as const;
export const BUNDLED = ["library", "analysis", "harness", "model"] as const;

/** The roots under which these folders lie: this build or these sources, the other of the two, and what source maps name. */
const ROOTS = ["..", "../../dist", "../../src"];

const OWN_FOLDERS = [
  ...new Set(
    ROOTS.flatMap((root) =>
      [...MEASURING, ...BUNDLED].map((folder) => fileURLToPath(new URL(`${root}/${folder}/`, import.meta.url))),
    ),
  ),
];

/** Whether a file is Heapbook's and may run beside the author's code or in a cell's bundle, by its absolute path. */
export function isOwnFile(path: string): boolean {
  return OWN_FOLDERS.some((folder) => path.startsWith(folder));
}

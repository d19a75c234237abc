import { fileURLToPath } from "node:url";

/** Folders of Heapbook whose files may be bundled into a cell. */
const FOLDERS = ["../harness/", "../results/"].map((path) => fileURLToPath(new URL(path, import.meta.url)));

/** Whether a file that a bundle contains is Heapbook's own, by its absolute path. */
export function isLibraryFile(path: string): boolean {
  return FOLDERS.some((folder) => path.startsWith(folder));
}

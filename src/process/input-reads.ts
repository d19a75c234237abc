import { tmpdir } from "node:os";
import { dirname, isAbsolute, relative, sep } from "node:path";
import { harnessMain } from "./trial-process.ts";

/**
 * Selects, from the files that a process read, those that its result depends on. Paths inside the report's folder become
 * relative to the folder. Not selected: Heapbook's own files, installed packages (their code is in the bundle or pinned by
 * the lock file), and temporary files.
 *
 * @param reads absolute paths
 */
export function inputReads(reads: readonly string[], folder: string): string[] {
  const ignored = [dirname(harnessMain()), tmpdir()];
  return reads
    .filter((path) => !ignored.some((prefix) => path.startsWith(prefix + sep) && !folder.startsWith(prefix + sep)))
    .filter((path) => !path.includes(`${sep}node_modules${sep}`) && !path.includes(`${sep}.heapbook${sep}`))
    .map((path) => {
      const inside = relative(folder, path);
      return inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside) ? path : inside;
    });
}

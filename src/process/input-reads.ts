import { tmpdir } from "node:os";
import { dirname, isAbsolute, relative, sep } from "node:path";
import { harnessMain } from "./run-trial.ts";

/**
 * The files among those a process read that its result depends on: relative to the report's folder where they are inside
 * it. Left out: Heapbook's own files, installed packages (their code is in the bundle or tied to the lock file), and
 * temporary files, which are nobody's input.
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

import { dirname, isAbsolute, relative, sep } from "node:path";
import { harnessMain } from "./trial-process.ts";

/** Folders of bundles that run: `.heapbook/run-4711-0123abcd/`. */
const RUN_FOLDER = /[\\/]\.heapbook[\\/]run-\d+-/;

/** What a process sees there is its own: its descriptors, its state. Another process finds other things. */
const OF_THE_PROCESS = /^\/(?:dev\/(?:fd|stdin|stdout|stderr|tty)|proc\/(?:self|thread-self|\d+))(?:\/|$)/;

/**
 * Whether a result depends on a path that a process observed: Heapbook's own files and bundles are no inputs, and a
 * process is none of its own. */
export function isInput(path: string, folder: string): boolean {
  const own = dirname(harnessMain()) + sep;
  return !(path.startsWith(own) && !folder.startsWith(own)) && !RUN_FOLDER.test(path) && !OF_THE_PROCESS.test(path);
}

/** A path as results have it: relative to the report's folder inside of it, else absolute. */
export function nameInput(path: string, folder: string): string {
  if (!isAbsolute(path)) return path;
  const inside = relative(folder, path);
  return inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside) ? path : inside;
}

/**
 * Selects, from the files that a process read, those that its result depends on, named as results have them. Files of installed
 * packages are among them: a package may be changed or updated in its place.
 *
 * @param reads absolute paths
 */
export function inputReads(reads: readonly string[], folder: string): string[] {
  return reads.filter((path) => isInput(path, folder)).map((path) => nameInput(path, folder));
}

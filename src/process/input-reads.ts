import { dirname, isAbsolute, relative, sep } from "node:path";
import { isWithin } from "../files.ts";
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

/**
 * A path as results have it: relative to the report's folder inside of the project, so that results say nothing of where the project
 * is on this machine; else absolute.
 *
 * @param root folder of the project; by default the report's
 */
export function nameInput(path: string, folder: string, root: string = folder): string {
  if (!isAbsolute(path)) return path;
  // A report outside of the project, or a project that is the whole machine, has nothing beside it.
  const around = isWithin(folder, root) && dirname(root) !== root ? root : folder;
  return isWithin(path, around) ? relative(folder, path) : path;
}

/**
 * Selects, from the files that a process read, those that its result depends on, named as results have them. Files of installed
 * packages are among them: a package may be changed or updated in its place.
 *
 * @param reads absolute paths
 * @param root folder of the project; by default the report's
 */
export function inputReads(reads: readonly string[], folder: string, root: string = folder): string[] {
  return reads.filter((path) => isInput(path, folder)).map((path) => nameInput(path, folder, root));
}

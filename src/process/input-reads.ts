import { dirname, isAbsolute, relative, sep } from "node:path";
import { isWithin } from "../files.ts";
import { harnessMain } from "./trial-process.ts";

/** Matches paths in the folder of bundles that a render runs: `.heapbook/run-4711-0123abcd/`. */
const RUN_FOLDER = /[\\/]\.heapbook[\\/]run-\d+-/;

/**
 * Matches paths that show a process its own state, such as its file descriptors. Another process finds something else
 * there.
 */
const OF_THE_PROCESS = /^\/(?:dev\/(?:fd|stdin|stdout|stderr|tty)|proc\/(?:self|thread-self|\d+))(?:\/|$)/;

/**
 * Whether a result depends on a path that its process observed. It does not depend on Heapbook's own files, on bundles,
 * or on paths that show the process itself.
 */
export function isInput(path: string, folder: string): boolean {
  const own = dirname(harnessMain()) + sep;
  return !(path.startsWith(own) && !folder.startsWith(own)) && !RUN_FOLDER.test(path) && !OF_THE_PROCESS.test(path);
}

/**
 * The name of a path in results: relative to the report's folder if inside the project, so that results do not reveal
 * where the project is; else absolute.
 *
 * @param root the project's folder; by default the report's folder
 */
export function nameInput(path: string, folder: string, root: string = folder): string {
  if (!isAbsolute(path)) return path;
  // Without a usable project (the report lies outside, or the root is `/`), only paths in the report's folder are
  // relative.
  const around = isWithin(folder, root) && dirname(root) !== root ? root : folder;
  return isWithin(path, around) ? relative(folder, path) : path;
}

/**
 * Selects the files that a result depends on from all files that its process read, named as in results. Files of
 * installed packages are included, because a package can change in place.
 *
 * @param reads absolute paths
 * @param root the project's folder; by default the report's folder
 */
export function inputReads(reads: readonly string[], folder: string, root: string = folder): string[] {
  return reads.filter((path) => isInput(path, folder)).map((path) => nameInput(path, folder, root));
}

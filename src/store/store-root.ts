import { existsSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { isWithin } from "../files.ts";
import { STORE_FOLDER } from "./store-folder.ts";

/** Names whose presence marks a project's folder; `.heapbook` is in the same folder. */
const MARKS = [STORE_FOLDER, "heapbook.yml"] as const;

/**
 * Finds the folder that holds, or will hold, `.heapbook`. The search goes upwards from the report, so that the store
 * does not depend on the working folder. Returns the first of these:
 *
 * 1. the nearest folder with `.heapbook` or `heapbook.yml`; for a report in `reports/`, the report's own folder is
 *    tried last
 * 2. for a report in `reports/`: the folder that holds `reports/`
 * 3. the working folder, if the report is in it
 * 4. the report's folder
 *
 * The search stops at the root of a git repository, and before the home folder and the folder of temporary files.
 *
 * @param folder absolute path of the report's folder; for a command without a report, the working folder
 * @param cwd absolute path of the working folder
 */
export function findStoreRoot(folder: string, cwd: string): string {
  const project = aboveReports(folder);
  const marked = projectFolders(folder).filter((each) => MARKS.some((name) => existsSync(join(each, name))));
  const above = project === undefined ? undefined : marked.find((each) => each !== folder);
  return above ?? marked[0] ?? project ?? (isWithin(folder, cwd) ? cwd : folder);
}

/**
 * Finds the folder of a report's project, which holds `heapbook.yml`, `reports/` and `_site`. The search goes upwards
 * from the report, so that the page's place does not depend on the working folder. Returns the first of these:
 *
 * 1. the nearest folder with `heapbook.yml`; for a report in `reports/`, the report's own folder does not count
 * 2. for a report in `reports/`: the folder that holds `reports/`
 * 3. the working folder, if the report is below it
 * 4. the nearest folder above with `reports/` or `.heapbook`
 * 5. the working folder
 *
 * @param folder absolute path of the report's folder; for a command without a report, the working folder
 * @param cwd absolute path of the working folder
 */
export function findProjectRoot(folder: string, cwd: string): string {
  const project = aboveReports(folder);
  const above = projectFolders(folder);
  const nearest = (...names: string[]): string | undefined =>
    above.find((each) => names.some((name) => existsSync(join(each, name))));
  const settings = above.find(
    (each) => existsSync(join(each, "heapbook.yml")) && (project === undefined || each !== folder),
  );
  const own = settings ?? project;
  if (own !== undefined) return own;
  if (folder !== cwd && isWithin(folder, cwd)) return cwd;
  return nearest("reports", STORE_FOLDER) ?? cwd;
}

/** The folder and its ancestors that may be the project's folder, nearest first. */
function projectFolders(start: string): string[] {
  const outside = new Set([homedir(), tmpdir(), dirname(tmpdir())]);
  const folders: string[] = [];
  for (let folder = start; !outside.has(folder) && dirname(folder) !== folder; folder = dirname(folder)) {
    folders.push(folder);
    if (existsSync(join(folder, ".git"))) break;
  }
  return folders;
}

/** The folder that holds the nearest `reports/` above a folder; undefined if the folder is not below any. */
function aboveReports(folder: string): string | undefined {
  for (let at = folder; dirname(at) !== at; at = dirname(at)) {
    if (basename(dirname(at)) === "reports") return dirname(dirname(at));
  }
  return undefined;
}

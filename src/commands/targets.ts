import { existsSync, readdirSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { reportSlug } from "../document/report-slug.ts";
import { didYouMean, UserError } from "../errors.ts";
import { findProjectRoot } from "../store/store-root.ts";

const REPORT = "report.md";

/** Names of folders that are not searched for reports: packages and rendered pages. */
const IGNORED = new Set(["node_modules", "_site"]);

/**
 * Paths of every `report.md` in a folder and its subfolders at any depth, sorted by name. Hidden folders are not
 * searched. A symbolic link to a folder is followed, unless the target is searched anyway or contains the link.
 */
export function listReports(folder: string): string[] {
  return existsSync(folder) ? listBelow(folder, [realpathSync(folder)]) : [];
}

/**
 * Lists reports below a folder.
 * @param searched real paths of the first folder and of the targets of all links followed so far
 */
function listBelow(folder: string, searched: readonly string[]): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.name === REPORT) return isReport(path) ? [path] : [];
    if (entry.name.startsWith(".") || IGNORED.has(entry.name)) return [];
    if (entry.isDirectory()) return listBelow(path, searched);
    if (!entry.isSymbolicLink() || !isFolder(path)) return [];
    const real = realpathSync(path);
    return searched.some((other) => isWithin(real, other) || isWithin(other, real))
      ? []
      : listBelow(path, [...searched, real]);
  });
}

/** Whether a path is a folder; false for a link that leads to itself. */
function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ELOOP") return false;
    throw error;
  }
}

/** Whether a path is a file, or a link that leads to itself: reading such a link later reports the reason. */
function isReport(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ELOOP") return true;
    throw error;
  }
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder + sep);
}

/** Absolute paths of a project's reports: every `report.md` in a folder below `reports/`. */
export function projectReports(root: string): string[] {
  return listReports(join(root, "reports")).filter((path) => dirname(path) !== join(root, "reports"));
}

/** Path of a report's page in the site (its slug), from the path of report.md and the project's folder. */
export function slugOf(path: string, root: string): string {
  const folder = dirname(path);
  return reportSlug(relative(root, folder), basename(folder));
}

/**
 * Paths of the reports that an argument names. The argument is a file, a folder with a report.md, a folder of
 * `reports/` by its path or name, or a folder with reports at any depth.
 */
function findTarget(cwd: string, root: string, target: string): readonly string[] {
  const path = resolve(cwd, target);
  const places = [path, join(path, REPORT), join(root, "reports", target, REPORT)];
  const file = places.find(isReport);
  if (file !== undefined) return [file];
  const known = projectReports(root);
  const named = known.filter((report) => basename(dirname(report)) === target);
  if (named.length === 1) return named;
  if (named.length > 1) {
    throw new UserError(`${named.length} reports have the name ${target}.`, {
      code: "report-not-found",
      hint: `Name one of them: ${named.map((report) => slugOf(report, root)).join(", ")}.`,
    });
  }
  for (const folder of [path, join(root, "reports", target)]) {
    const below = existsSync(folder) && statSync(folder).isDirectory() ? listReports(folder) : [];
    if (below.length > 0) return below;
  }
  if (existsSync(join(path, REPORT))) {
    throw new UserError(`${relative(cwd, join(path, REPORT))} is a folder, a device or a pipe, not a file.`, {
      code: "unreadable-report",
      hint: "Name a report.md that is a file.",
    });
  }
  throw new UserError(existsSync(path) ? `The folder ${target} has no report.md.` : `Unknown report ${target}.`, {
    code: "report-not-found",
    hint: hintFor(target, known, cwd, root),
  });
}

function hintFor(target: string, known: readonly string[], cwd: string, root: string): string {
  if (known.length === 0) return "Create one with `heapbook init my-report`.";
  const folders = known.map((path) => relative(cwd, dirname(path)).split(sep).join("/"));
  return didYouMean(target, [...folders, ...known.map((path) => slugOf(path, root))], "reports");
}

/**
 * Absolute paths of the reports that the arguments name, by paths from the working folder or by names in the project.
 *
 * Without arguments, the first of these: the working folder's own report.md, if the working folder is not the
 * project's; the project's reports below the working folder; all reports of the project; the report.md of the project's
 * folder.
 *
 * @param cwd working folder
 * @throws UserError `report-not-found`
 */
export function findReports(cwd: string, targets: readonly string[]): string[] {
  const root = findProjectRoot(cwd, cwd);
  if (targets.length > 0) return [...new Set(targets.flatMap((target) => findTarget(cwd, root, target)))];
  const own = join(cwd, REPORT);
  if (cwd !== root && existsSync(own)) return [own];
  const known = projectReports(root);
  const below = known.filter((path) => path.startsWith(cwd + sep));
  if (known.length > 0) return below.length > 0 ? below : known;
  if (existsSync(own)) return [own];
  throw new UserError("No report found in this folder.", {
    code: "report-not-found",
    hint: "Name a report, or create one with `heapbook init my-report`.",
  });
}

/**
 * The folder of the reports' project; the working folder if the reports belong to several projects.
 *
 * @param paths absolute paths of report.md files
 * @param cwd working folder
 */
export function projectOf(paths: readonly string[], cwd: string): string {
  const roots = new Set(paths.map((path) => findProjectRoot(dirname(path), cwd)));
  const [root = findProjectRoot(cwd, cwd), ...others] = roots;
  return others.length === 0 ? root : cwd;
}

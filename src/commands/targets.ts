import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { reportSlug } from "../document/report-slug.ts";
import { didYouMean, UserError } from "../errors.ts";

const REPORT = "report.md";

/** Folders that hold no reports of a project: packages, results, pages. */
const IGNORED = new Set(["node_modules", "_site"]);

/** Paths of every `report.md` in a folder and in its folders at any depth, in the order of names; hidden folders are not searched. */
export function listReports(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.name === REPORT) return statSync(path, { throwIfNoEntry: false })?.isFile() === true ? [path] : [];
    const isSearched = entry.isDirectory() && !entry.name.startsWith(".") && !IGNORED.has(entry.name);
    return isSearched ? listReports(path) : [];
  });
}

/** Absolute paths of the reports of a project: every `report.md` below `reports/`. */
export function projectReports(root: string): string[] {
  return listReports(join(root, "reports")).filter((path) => dirname(path) !== join(root, "reports"));
}

/** The path of a report's page in the site. */
export function slugOf(path: string, root: string): string {
  const folder = dirname(path);
  return reportSlug(relative(root, folder), basename(folder));
}

/**
 * Paths of the reports that an argument names: a file, a folder with a report.md, a folder of `reports/` by its path or its name, or a
 * folder with reports at any depth.
 */
function findTarget(root: string, target: string): readonly string[] {
  const path = resolve(root, target);
  const places = [path, join(path, REPORT), join(root, "reports", target, REPORT)];
  const file = places.find((place) => existsSync(place) && statSync(place).isFile());
  if (file !== undefined) return [file];
  const known = projectReports(root);
  const named = known.filter((report) => basename(dirname(report)) === target);
  if (named.length === 1) return named;
  if (named.length > 1) {
    throw new UserError(`${named.length} reports have the name ${target}`, {
      code: "report-not-found",
      hint: `Name one of them: ${named.map((report) => slugOf(report, root)).join(", ")}.`,
    });
  }
  for (const folder of [path, join(root, "reports", target)]) {
    const below = existsSync(folder) && statSync(folder).isDirectory() ? listReports(folder) : [];
    if (below.length > 0) return below;
  }
  if (existsSync(join(path, REPORT))) {
    throw new UserError(`${relative(root, join(path, REPORT))} is a folder, a device or a pipe, not a file`, {
      code: "unreadable-report",
      hint: "Name a report.md that is a file.",
    });
  }
  throw new UserError(existsSync(path) ? `the folder ${target} has no report.md` : `unknown report ${target}`, {
    code: "report-not-found",
    hint: hintFor(target, known, root),
  });
}

function hintFor(target: string, known: readonly string[], root: string): string {
  if (known.length === 0) return "Create one with `heapbook init my-report`.";
  const folders = known.map((path) => relative(root, dirname(path)).split(sep).join("/"));
  return didYouMean(target, [...folders, ...known.map((path) => slugOf(path, root))], "reports");
}

/**
 * Absolute paths of the reports that the arguments name. Without arguments: all reports below `reports/`; without those, the
 * report.md of the working folder.
 * @throws UserError `report-not-found`
 */
export function findReports(root: string, targets: readonly string[]): string[] {
  if (targets.length > 0) return [...new Set(targets.flatMap((target) => findTarget(root, target)))];
  const known = projectReports(root);
  if (known.length > 0) return known;
  const own = join(root, REPORT);
  if (existsSync(own)) return [own];
  throw new UserError("no report found in this folder", {
    code: "report-not-found",
    hint: "Name a report, or create one with `heapbook init my-report`.",
  });
}

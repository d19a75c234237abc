import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { didYouMean, UserError } from "../errors.ts";

const REPORT = "report.md";

/** Folders in `reports/` that have a report.md, such as `reports/maps`. */
function knownReports(root: string): string[] {
  const folder = join(root, "reports");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, REPORT)))
    .sort()
    .map((name) => `reports/${name}`);
}

/** Path of the report that an argument names: a file, a folder with a report.md, or the name of a folder in `reports/`. */
function findReport(root: string, target: string): string {
  const path = resolve(root, target);
  for (const candidate of [path, join(path, REPORT), join(root, "reports", target, REPORT)]) {
    if (existsSync(candidate) && statSync(candidate).isFile()) return candidate;
  }
  const known = knownReports(root);
  const isFolder = existsSync(path);
  throw new UserError(isFolder ? `the folder ${target} has no report.md` : `unknown report ${target}`, {
    code: "report-not-found",
    hint:
      known.length === 0
        ? "Create one with `heapbook init my-report`."
        : didYouMean(target, [...known, ...known.map((name) => basename(name))], "reports"),
  });
}

/**
 * Absolute paths of the reports that the arguments name. Without arguments: all reports in `reports/`; without those, the
 * report.md of the working folder.
 * @throws UserError `report-not-found`
 */
export function findReports(root: string, targets: readonly string[]): string[] {
  if (targets.length > 0) return [...new Set(targets.map((target) => findReport(root, target)))];
  const known = knownReports(root).map((name) => join(root, name, REPORT));
  if (known.length > 0) return known;
  const own = join(root, REPORT);
  if (existsSync(own)) return [own];
  throw new UserError("no report found in this folder", {
    code: "report-not-found",
    hint: "Name a report, or create one with `heapbook init my-report`.",
  });
}

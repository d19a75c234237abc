import { existsSync, lstatSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { readRegularText } from "../files.ts";
import type { ReportCard } from "../model/report-card.ts";

/** Name of the file, in the folder of a site, that lists the files Heapbook wrote there. */
export const MANIFEST_FILE = ".heapbook-site.json";

const VERSION = 1;

/** A report of the site, as of its last render. */
export interface SiteReport {
  /** Path of report.md, relative to the project's folder. */
  readonly source: string;
  /** Paths of the files of the report's page, relative to the site's folder. */
  readonly files: readonly string[];
  readonly card: ReportCard;
  /** What is wrong with the page, a line each: cells that failed, and cells without results. Absent for nothing. */
  readonly problems?: readonly string[];
}

/** Content of the manifest: the files that Heapbook wrote into the folder of a site. */
export interface SiteManifest {
  readonly reports: readonly SiteReport[];
  /** Files that belong to no report, such as the index and the feed; relative to the site's folder. */
  readonly files: readonly string[];
}

const EMPTY: SiteManifest = { reports: [], files: [] };

/** Reads the manifest of a site. Returns an empty manifest if the file is missing or invalid. */
export function readManifest(folder: string): SiteManifest {
  try {
    const value = JSON.parse(readRegularText(join(folder, MANIFEST_FILE)));
    if (value?.version !== VERSION || !Array.isArray(value.reports) || !Array.isArray(value.files)) return EMPTY;
    const reports: SiteReport[] = value.reports.filter((each: SiteReport) => Array.isArray(each?.files) && each.card);
    const safe = (files: readonly unknown[]): string[] => files.filter(isInside);
    return { reports: reports.map((each) => ({ ...each, files: safe(each.files) })), files: safe(value.files) };
  } catch {
    return EMPTY;
  }
}

/** The manifest as JSON text. */
export function stringifyManifest({ reports, files }: SiteManifest): string {
  return `${JSON.stringify({ version: VERSION, reports, files }, undefined, 1)}\n`;
}

/** Whether a path of the manifest lies within the site, so that an edited manifest cannot remove files elsewhere. */
function isInside(path: unknown): path is string {
  if (typeof path !== "string" || path === "" || /[\\\0:]/.test(path)) return false;
  return !posix.isAbsolute(path) && posix.normalize(path) === path && !path.startsWith("..");
}

/**
 * Deletes the listed files, and folders that become empty. A file behind a link stays, because it is not in the folder.
 * @param files paths relative to the site's folder
 */
export function removeListed(folder: string, files: readonly string[]): void {
  for (const file of files) {
    if (isBehindLink(folder, file)) continue;
    rmSync(join(folder, file), { force: true });
    for (let parent = dirname(file); parent !== "."; parent = dirname(parent)) {
      const path = join(folder, parent);
      if (!existsSync(path) || readdirSync(path).length > 0) break;
      rmdirSync(path);
    }
  }
}

/** Whether a folder of a path below `folder` is a link. */
function isBehindLink(folder: string, file: string): boolean {
  for (let parent = dirname(file); parent !== "."; parent = dirname(parent)) {
    if (lstatSync(join(folder, parent), { throwIfNoEntry: false })?.isSymbolicLink() === true) return true;
  }
  return false;
}

import { statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { measuredAt } from "../diff/one-of-each-report.ts";
import type { DiffSide } from "../diff/types.ts";
import { readRegularText, statIfThere } from "../files.ts";
import { FROZEN_FILE, isFrozenText } from "../store/frozen-file.ts";
import { parseSide } from "./diff-sides.ts";

/**
 * Finds frozen results in the working tree that are newer than a rendered site: both their measurement and their file
 * are newer. A site that was rendered later from older stored trials does not count as older.
 *
 * @param side one side of a comparison; there are none for a side that is not the folder of a site
 * @returns paths of the files, relative to `root`
 */
export async function findNewerFrozen({ name, reports }: DiffSide, root: string): Promise<string[]> {
  const site = resolve(root, name);
  if (basename(site) !== "_site" || statIfThere(site)?.isDirectory() !== true) return [];
  const { glob } = await import("tinyglobby");
  const find = (patterns: readonly string[], cwd: string): Promise<string[]> =>
    glob([...patterns], { cwd, expandDirectories: false });
  const pages = await find(["**/results.json"], site);
  const files = await find(
    [FROZEN_FILE, `*/${FROZEN_FILE}`, `reports/**/${FROZEN_FILE}`, "!node_modules/**"],
    dirname(site),
  );
  const newer: string[] = [];
  for (const file of files.sort()) {
    const path = join(dirname(site), file);
    const text = readRegularText(path);
    if (!isFrozenText(text)) continue;
    const frozen = await parseSide(text, file);
    const shown = reports.find(({ report }) => report.slug === frozen.report.slug);
    const page = pages.find((each) => pages.length === 1 || basename(dirname(each)) === frozen.report.slug);
    if (shown === undefined || page === undefined || measuredAt(shown) >= measuredAt(frozen)) continue;
    if (statSync(path).mtimeMs > statSync(join(site, page)).mtimeMs) newer.push(file);
  }
  return newer;
}

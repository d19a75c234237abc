import { existsSync, readdirSync, readlinkSync, realpathSync, rmSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import type { Report } from "../document/types.ts";
import { UserError } from "../errors.ts";
import { readRegularFile, readRegularText, statIfThere } from "../files.ts";
import type { RenderedFile } from "../render/renderer.ts";
import { removeDeadTemporaries, writeAtomically } from "../store/atomic-write.ts";
import { checkWritable, outputNotWritable } from "../store/check-writable.ts";
import type { PartedFile } from "./render.ts";

/**
 * Checks, before anything runs, that the page's folder is writable, lies in the site, and is not the folder of a
 * report, whose report.md would be overwritten.
 * @param folder folder of the page
 * @param site output folder
 * @param source folder of the report
 * @throws UserError `output-not-writable`, `output-is-source`, `output-outside`
 */
export function checkOutputFolder(folder: string, site: string, source: string): void {
  // The Markdown page is named report.md, as the source is.
  const isOwn = existsSync(folder) && realpathSync(folder) === realpathSync(source);
  if (isOwn || hasSource(folder)) {
    throw new UserError(
      isOwn
        ? `The output folder ${folder} is the folder of the report itself.`
        : `The output folder ${folder} has the source of a report, ${join(folder, "report.md")}.`,
      {
        code: "output-is-source",
        hint: "Name another folder with `-o folder`. The report is written to a folder of its own name in it.",
      },
    );
  }
  checkInside(folder, site);
  try {
    checkWritable(folder);
  } catch (error) {
    throw outputNotWritable(folder, error);
  }
}

/**
 * Whether the report.md in a folder is an author's source. A source has front matter; the report.md of a rendered page
 * has none.
 */
function hasSource(folder: string): boolean {
  try {
    return /^\uFEFF?---[ \t]*\r?\n/.test(readRegularText(join(folder, "report.md")));
  } catch {
    return false; // The file cannot be read; the later attempt to write it reports the reason.
  }
}

/**
 * Checks that a path lies below the output folder, links of the file system included.
 * @throws UserError `output-outside`
 */
function checkInside(path: string, site: string): void {
  const isBelow = (child: string, parent: string): boolean => {
    const steps = relative(parent, child);
    return steps !== "" && steps !== ".." && !steps.startsWith(`..${sep}`) && !isAbsolute(steps);
  };
  const place = resolve(path);
  if (isBelow(place, resolve(site)) && isBelow(realPlace(place), realPlace(resolve(site)))) return;
  throw new UserError(`${path} lies outside the output folder ${site}.`, {
    code: "output-outside",
    hint: "A page is written below the output folder only. Remove the link, or name the other folder with `-o folder`.",
  });
}

/**
 * An absolute path with symbolic links resolved, for a path whose end may not exist yet. A link that leads nowhere
 * counts as its target.
 */
function realPlace(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const target = linkTarget(path);
    if (target !== undefined) return resolve(realPlace(dirname(path)), target);
    return dirname(path) === path ? path : join(realPlace(dirname(path)), basename(path));
  }
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** Text of the results.json in a page's folder. Read it before writing. Undefined if it cannot be read. */
export function readPreviousResults(folder: string): string | undefined {
  try {
    return readRegularText(join(folder, "results.json"));
  } catch {
    return undefined;
  }
}

/** Largest file, in bytes, that is compared with the existing one; larger files are always written. */
const MOST_COMPARED_BYTES = 256 * 1024 * 1024;

/** Whether a file already has these contents. Such a file is not written, so that its time stamp stays. */
function isCurrent(path: string, parts: readonly Uint8Array[]): boolean {
  const bytes = parts.reduce((sum, part) => sum + part.byteLength, 0);
  const stats = statIfThere(path);
  if (stats?.isFile() !== true || stats.size !== bytes || bytes > MOST_COMPARED_BYTES) return false;
  return Buffer.compare(readRegularFile(path), Buffer.concat(parts)) === 0;
}

function partsOf(file: RenderedFile | PartedFile): readonly Uint8Array[] {
  if ("parts" in file) return file.parts;
  return [typeof file.contents === "string" ? Buffer.from(file.contents, "utf8") : file.contents];
}

/**
 * Writes the changed files of a report, all or none. Also removes temporary files of killed renders, and figures that
 * the report no longer has.
 * @param folder folder of the page
 * @param site output folder, in which every file must lie
 * @returns absolute paths of all the files, changed or not, in the order given
 * @throws UserError `output-not-writable`, `output-outside`
 */
export function writeReport(
  folder: string,
  site: string,
  files: readonly (RenderedFile | PartedFile)[],
  report: Report,
): string[] {
  const placed = files.map((file) => ({ path: join(folder, file.path), contents: partsOf(file) }));
  for (const { path } of placed) checkInside(dirname(path), site);
  try {
    writeAtomically(placed.filter(({ path, contents }) => !isCurrent(path, contents)));
  } catch (error) {
    throw outputNotWritable(folder, error);
  }
  for (const each of [folder, join(folder, "figures")]) removeDeadTemporaries(each);
  removeStaleFigures(folder, files, new Set(report.cells.map(({ label }) => label)));
  return placed.map(({ path }) => path);
}

/**
 * Removes figures of cells that the report no longer has. A figure without a specification beside it belongs to the
 * author and stays.
 */
function removeStaleFigures(
  folder: string,
  files: readonly { readonly path: string }[],
  labels: ReadonlySet<string>,
): void {
  const figures = join(folder, "figures");
  if (!existsSync(figures)) return;
  const written = new Set(files.map((file) => file.path));
  for (const name of readdirSync(figures)) {
    const stem = /^(.+)\.vl\.json$/.exec(name)?.[1];
    const isStale =
      stem !== undefined &&
      !labels.has(stem) &&
      !labels.has(stem.replace(/-\d+$/, "")) &&
      !written.has(`figures/${name}`);
    if (!isStale) continue;
    for (const ending of [".vl.json", ".svg", ".csv"]) rmSync(join(figures, `${stem}${ending}`), { force: true });
  }
}

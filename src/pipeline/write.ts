import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { UserError } from "../errors.ts";
import type { RenderedFile } from "../render/renderer.ts";
import { STORE_FOLDER, notWritable as storeNotWritable } from "../store/store-folder.ts";

function notWritable(folder: string, cause: unknown): UserError {
  const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
  return new UserError(`the output folder ${folder} cannot be written (${reason})`, {
    code: "output-not-writable",
    hint: "Name another one with `-o folder`, or make room and allow writing there.",
    cause,
  });
}

/** Throws what the file system says where a folder, or the nearest one above it that is there, cannot be written. */
function checkWritable(folder: string): void {
  let existing = folder;
  while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing);
  accessSync(existing, constants.W_OK);
  readdirSync(existing); // a file where a folder is needed
}

/**
 * Makes sure that files can be written to a folder, and that none of the author's would be replaced, before anything runs.
 * @param source folder of the report
 * @throws UserError `output-not-writable`, `output-is-source`
 */
export function checkOutputFolder(folder: string, source: string): void {
  // The page's report.md would take the place of the author's.
  if (existsSync(folder) && realpathSync(folder) === realpathSync(source)) {
    throw new UserError(`the output folder ${folder} is the folder of the report itself`, {
      code: "output-is-source",
      hint: "Name another one with `-o folder`: the report goes into a folder of its own name in it.",
    });
  }
  try {
    checkWritable(folder);
  } catch (error) {
    throw notWritable(folder, error);
  }
}

/**
 * Makes sure that results can be kept, before anything runs, and clears away what killed renders left there.
 * @param root holds, or will hold, `.heapbook`
 * @throws UserError `store-not-writable`
 */
export function prepareStoreFolder(root: string): void {
  const folder = join(root, STORE_FOLDER);
  try {
    checkWritable(folder);
    if (!existsSync(folder)) return;
    for (const name of readdirSync(folder)) {
      if (isOfDeadProcess(/^run-(\d+)(?:-|$)/.exec(name)?.[1]))
        rmSync(join(folder, name), { recursive: true, force: true });
    }
  } catch (error) {
    throw storeNotWritable(root, error);
  }
}

function isOfDeadProcess(pid: string | undefined): boolean {
  if (pid === undefined) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH"; // EPERM: it lives, as another user's
  }
}

/** Whether a file holds just these bytes already; then its time stamp is left alone too. */
function isCurrent(path: string, contents: Uint8Array): boolean {
  return existsSync(path) && Buffer.compare(readFileSync(path), contents) === 0;
}

/**
 * Writes the files of a report: all of them beside their places first, then each into its place by a rename. A reader, or
 * a crash, meets the old file or the new one, never half; where there is no room for all, all the old ones stay.
 * @throws UserError `output-not-writable`
 */
export function writeFiles(folder: string, files: readonly RenderedFile[]): void {
  const staged = new Map<string, string>();
  try {
    for (const file of files) {
      const path = join(folder, file.path);
      const contents = typeof file.contents === "string" ? Buffer.from(file.contents, "utf8") : file.contents;
      if (isCurrent(path, contents)) continue;
      mkdirSync(dirname(path), { recursive: true });
      const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
      staged.set(temporary, path);
      writeFileSync(temporary, contents);
    }
    for (const [temporary, path] of staged) renameSync(temporary, path);
  } catch (error) {
    for (const temporary of staged.keys()) rmSync(temporary, { force: true });
    throw notWritable(folder, error);
  }
  removeStaleTemporaries(folder);
}

/** Removes what a render that was killed while it wrote left behind: a site is published whole. */
function removeStaleTemporaries(folder: string): void {
  for (const place of [folder, join(folder, "figures")]) {
    if (!existsSync(place)) continue;
    for (const name of readdirSync(place)) {
      if (isOfDeadProcess(/^\..+\.(\d+)\.tmp$/.exec(name)?.[1])) rmSync(join(place, name), { force: true });
    }
  }
}

/** Removes figures of an earlier render whose cells are gone. What has no specification beside it was not made here. */
export function removeStaleFigures(folder: string, files: readonly RenderedFile[], labels: ReadonlySet<string>): void {
  const figures = join(folder, "figures");
  if (!existsSync(figures)) return;
  const written = new Set(files.map((file) => file.path));
  for (const name of readdirSync(figures)) {
    const stem = /^(.+)\.vl\.json$/.exec(name)?.[1];
    if (
      stem === undefined ||
      labels.has(stem.replace(/-\d+$/, "")) ||
      labels.has(stem) ||
      written.has(`figures/${name}`)
    )
      continue;
    for (const ending of [".vl.json", ".svg", ".csv"]) rmSync(join(figures, `${stem}${ending}`), { force: true });
  }
}

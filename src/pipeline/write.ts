import { accessSync, constants, existsSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { UserError } from "../errors.ts";
import type { RenderedFile } from "../render/renderer.ts";
import { isOfDeadProcess, removeDeadTemporaries, removeFiles, writeAtomically } from "../store/atomic-write.ts";
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
    removeFiles(folder, (name) => isOfDeadProcess(/^run-(\d+)(?:-|$)/.exec(name)?.[1]));
  } catch (error) {
    throw storeNotWritable(root, error);
  }
}

/** Whether a file holds just these bytes already; then its time stamp is left alone too. */
function isCurrent(path: string, contents: Uint8Array): boolean {
  return existsSync(path) && Buffer.compare(readFileSync(path), contents) === 0;
}

/**
 * Writes the files of a report that changed, all or none (`writeAtomically`), and removes what a killed render left behind.
 * @throws UserError `output-not-writable`
 */
export function writeFiles(folder: string, files: readonly RenderedFile[]): void {
  try {
    const changed = files
      .map(({ path, contents }) => ({
        path: join(folder, path),
        contents: typeof contents === "string" ? Buffer.from(contents, "utf8") : contents,
      }))
      .filter(({ path, contents }) => !isCurrent(path, contents));
    writeAtomically(changed);
  } catch (error) {
    throw notWritable(folder, error);
  }
  for (const each of [folder, join(folder, "figures")]) removeDeadTemporaries(each);
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

import { appendFileSync, existsSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isOfDeadProcess, makeFolder } from "../files.ts";

/** A file for `writeAtomically()`. */
export interface AtomicFile {
  /** Absolute path. */
  readonly path: string;
  /** Contents of the file; a list is written part by part. */
  readonly contents: string | Uint8Array | readonly Uint8Array[];
}

/**
 * Writes all of the files or none. Each file is first written to a temporary file; then all are renamed to their
 * places. So a reader, or the next process after a crash (`kill -9`), finds either the old or the new file, never half
 * of one. A write that fails, as on a full disk, leaves the old files and no temporary file. Missing folders are made.
 *
 * @param temporaryOf path of a file's temporary file, on the same file system; by default beside the file
 * @throws Error of the file system
 */
export function writeAtomically(files: readonly AtomicFile[], temporaryOf = temporaryBeside): void {
  const staged = new Map<string, string>();
  try {
    for (const { path, contents } of files) {
      makeFolder(dirname(path));
      const temporary = temporaryOf(path);
      staged.set(temporary, path);
      writeWhole(temporary, contents);
    }
    for (const [temporary, path] of staged) renameSync(temporary, path);
  } catch (error) {
    for (const temporary of staged.keys()) rmSync(temporary, { force: true });
    throw error;
  }
}

function writeWhole(path: string, contents: AtomicFile["contents"]): void {
  if (!Array.isArray(contents)) {
    writeFileSync(path, contents as string | Uint8Array);
    return;
  }
  writeFileSync(path, "");
  for (const part of contents as readonly Uint8Array[]) appendFileSync(path, part);
}

/** `.page.html.1234.tmp` beside `page.html`: hidden, with the id of this process. */
function temporaryBeside(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
}

/** Removes temporary files in a folder that were left by processes which ended before the rename. */
export function removeDeadTemporaries(folder: string): void {
  removeFiles(folder, (name) => isOfDeadProcess(/^\..+\.(\d+)\.tmp$/.exec(name)?.[1]));
}

/**
 * Removes the files in a folder for whose names `isRemoved` returns true. Does nothing if the folder does not exist.
 */
export function removeFiles(folder: string, isRemoved: (name: string) => boolean): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    if (isRemoved(name)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

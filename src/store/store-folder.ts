import { randomBytes } from "node:crypto";
import { existsSync, lstatSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { UserError } from "../errors.ts";
import { isOfDeadProcess, makeFolder, statIfThere } from "../files.ts";
import { removeDeadFolders } from "../temporary-folder.ts";
import { removeFiles, writeAtomically } from "./atomic-write.ts";
import { checkWritable } from "./check-writable.ts";

/** Name of Heapbook's folder. Everything in it can be made again: results, drawings, runtimes. */
export const STORE_FOLDER = ".heapbook";

/** Subfolder for installed runtimes. `heapbook clean` keeps it by default, because only a download can replace it. */
const RUNTIMES_FOLDER = "runtimes";

/**
 * Folder in which `heapbook runtime add` installs Node.
 * @param folder holds, or will hold, `.heapbook`
 */
export function runtimesFolder(folder: string): string {
  return join(folder, STORE_FOLDER, RUNTIMES_FOLDER);
}

/**
 * Makes the folder `.heapbook` with a `.gitignore`. For callers that write there without a `StoreWriter`.
 * @throws UserError `store-not-writable`
 */
export function prepareStore(folder: string): void {
  checkStoreKind(folder);
  try {
    prepare(join(folder, STORE_FOLDER), join(folder, STORE_FOLDER, "tmp"));
  } catch (error) {
    throw notWritable(folder, error);
  }
}

/**
 * Checks that `.heapbook` is a folder, a link to a folder, or does not exist.
 * @param folder holds, or will hold, `.heapbook`
 * @throws UserError `store-not-writable` for a file of that name, a link that leads nowhere, or a circle of links
 */
export function checkStoreKind(folder: string): void {
  const root = join(folder, STORE_FOLDER);
  const stats = lstatSync(root, { throwIfNoEntry: false });
  if (stats === undefined || stats.isDirectory()) return;
  const kind = stats.isSymbolicLink() ? linkKind(root) : "is not a folder";
  if (kind === undefined) return;
  throw new UserError(`Results cannot be stored in ${root}: it ${kind}.`, {
    code: "store-not-writable",
    hint: `Heapbook makes a folder of that name. Move ${STORE_FOLDER} away, or remove it.`,
  });
}

/** Describes what is wrong with a symbolic link at the path of a folder; undefined for a link to a folder. */
function linkKind(path: string): string | undefined {
  try {
    return statSync(path).isDirectory() ? undefined : "is a link to something that is not a folder";
  } catch (error) {
    return errorCode(error) === "ELOOP" ? "is a link in a circle of links" : "is a link that leads nowhere";
  }
}

/**
 * Checks before anything runs that results can be stored, and removes the working and temporary folders of renders that were killed.
 * @param folder holds, or will hold, `.heapbook`
 * @throws UserError `store-not-writable`
 */
export function checkStoreFolder(folder: string): void {
  checkStoreKind(folder);
  const root = join(folder, STORE_FOLDER);
  try {
    checkWritable(root);
    removeFiles(root, (name) => isOfDeadProcess(pidOfRun(name)));
    removeDeadFolders();
  } catch (error) {
    throw notWritable(folder, error);
  }
}

/**
 * Age in ms from which a temporary file counts as left by a killed process. Process ids do not help: containers that
 * share the folder have different ids.
 */
const STALE_AFTER_MS = 60 * 60 * 1000;

/** Writes one file below `.heapbook`, completely or not at all. */
export type StoreWriter = (path: string, contents: string) => void;

/**
 * Makes a writer for files below `.heapbook`. The first write makes the folder, with a `.gitignore` that hides it, and
 * removes stale temporary files. Temporary files are in the subfolder `tmp`, so that readers of the store never see
 * one.
 *
 * @param folder holds, or will hold, `.heapbook`
 */
export function createStoreWriter(folder: string): StoreWriter {
  const root = join(folder, STORE_FOLDER);
  const temporaries = join(root, "tmp");
  let prepared = false;
  const writeOnce: StoreWriter = (path, contents) => {
    if (!prepared || !existsSync(temporaries)) prepare(root, temporaries);
    prepared = true;
    const temporary = join(temporaries, `${process.pid}-${randomBytes(6).toString("hex")}`);
    writeAtomically([{ path, contents }], () => temporary);
  };
  return (path, contents) => {
    try {
      writeOnce(path, contents);
    } catch (error) {
      // A file is in the place of a folder or the reverse, or `heapbook clean` has just removed the folders.
      if (!["ENOENT", "ENOTDIR", "EISDIR", "EEXIST", "ENOTEMPTY"].includes(errorCode(error) ?? "")) throw error;
      makeWay(root, path);
      makeWay(root, join(temporaries, "file"));
      writeOnce(path, contents);
    }
  };
}

/** Whether a path is a folder, or a link to one. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false; // nothing, or a circle of links
  }
}

/**
 * Removes whatever blocks the path of a file below `.heapbook`: a file in the place of a folder, or a folder in the
 * place of the file. This is safe, because everything in `.heapbook` can be made again.
 */
function makeWay(root: string, path: string): void {
  const parts = relative(root, path).split(sep);
  parts.forEach((_, index) => {
    const place = join(root, ...parts.slice(0, index + 1));
    const isExpected = isFolder(place) === index < parts.length - 1;
    if (!isExpected) rmSync(place, { recursive: true, force: true });
  });
}

function prepare(root: string, temporaries: string): void {
  makeWay(root, join(temporaries, "file"));
  makeFolder(temporaries);
  const gitignore = join(root, ".gitignore");
  if (!existsSync(gitignore)) {
    rmSync(gitignore, { force: true }); // a link that leads nowhere
    writeFileSync(gitignore, "*\n");
  }
  removeFiles(temporaries, (name) => {
    const stats = statIfThere(join(temporaries, name));
    return stats !== undefined && Date.now() - stats.mtimeMs > STALE_AFTER_MS;
  });
}

/** Makes the error for a store that cannot be written, with a hint for the cause. */
export function notWritable(folder: string, cause: unknown): UserError {
  const code = errorCode(cause);
  const path = join(folder, STORE_FOLDER);
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new UserError(`Results cannot be stored in ${path}: ${reason}`, {
    code: "store-not-writable",
    hint:
      HINTS[code ?? ""] ??
      `Check the permissions of ${path}, or remove the folder: Heapbook can measure everything in it again.`,
    cause,
  });
}

const ACCESS_HINT = "Give yourself write permission for that folder, or copy the report to a folder of your own.";
const NOT_A_FOLDER_HINT = "A file of that name is in the way of the folder. Move the file away.";
const HINTS: Readonly<Record<string, string>> = {
  ENOSPC: "The disk is full. Free some space, then render again: completed trials are reused.",
  EDQUOT: "Your disk quota is used up. Free some space, then render again: completed trials are reused.",
  EROFS: "The file system is read-only. Copy the report to a folder that can be written.",
  EACCES: ACCESS_HINT,
  EPERM: ACCESS_HINT,
  ENOTDIR: NOT_A_FOLDER_HINT,
  EEXIST: NOT_A_FOLDER_HINT,
};

/** Code of an error of the file system, such as `ENOENT`; undefined for other errors. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** The process id in the name of a working folder, `run-<pid>-…`. */
const pidOfRun = (name: string): string | undefined => /^run-(\d+)(?:-|$)/.exec(name)?.[1];

const isOfRunningRender = (name: string): boolean => pidOfRun(name) !== undefined && !isOfDeadProcess(pidOfRun(name));

/** Whether a render that uses `.heapbook` runs at this moment. */
export function hasRunningRender(folder: string): boolean {
  const root = join(folder, STORE_FOLDER);
  return existsSync(root) && readdirSync(root).some(isOfRunningRender);
}

/**
 * Removes every result and drawing in `.heapbook`. The folder itself goes too, unless it still holds installed runtimes,
 * or the bundles of a render that runs.
 *
 * @param options.runtimes also removes the installed runtimes
 * @returns whether anything was removed
 * @throws UserError `store-not-writable`
 */
export function removeStore(folder: string, options: { readonly runtimes?: boolean } = {}): boolean {
  checkStoreKind(folder);
  const root = join(folder, STORE_FOLDER);
  if (!existsSync(root)) return false;
  try {
    const all = readdirSync(root);
    const kept = all.filter(
      (name) =>
        isOfRunningRender(name) ||
        (options.runtimes !== true && name === RUNTIMES_FOLDER && isFolder(join(root, name))),
    );
    if (kept.length > 0) kept.push(".gitignore");
    const names = kept.length === 0 ? [""] : all.filter((name) => !kept.includes(name));
    for (const name of names) rmSync(join(root, name), { recursive: true, force: true, maxRetries: 3 });
    return names.length > 0;
  } catch (error) {
    throw notWritable(folder, error);
  }
}

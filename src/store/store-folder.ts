import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../errors.ts";
import { removeFiles, writeAtomically } from "./atomic-write.ts";

/** Name of the folder for everything that Heapbook can make again: results, drawings, runtimes. */
export const STORE_FOLDER = ".heapbook";

/** Its subfolder for runtimes, which take a download to make again: `heapbook clean` keeps it by default. */
const RUNTIMES_FOLDER = "runtimes";

/**
 * Folder in which `heapbook runtime add` installs Node.
 * @param folder holds, or will hold, `.heapbook`
 */
export function runtimesFolder(folder: string): string {
  return join(folder, STORE_FOLDER, RUNTIMES_FOLDER);
}

/**
 * Makes `.heapbook` with a `.gitignore`, for files that no `StoreWriter` writes.
 * @throws UserError `store-not-writable`
 */
export function prepareStore(folder: string): void {
  try {
    prepare(join(folder, STORE_FOLDER), join(folder, STORE_FOLDER, "tmp"));
  } catch (error) {
    throw notWritable(folder, error);
  }
}

/**
 * A temporary file older than this was left by a process that was killed. Its age decides, not its process id: containers
 * that share the folder do not share ids.
 */
const STALE_AFTER_MS = 60 * 60 * 1000;

/** Writes one file below `.heapbook`, whole or not at all. */
export type StoreWriter = (path: string, contents: string) => void;

/**
 * Makes a writer for files below `.heapbook`. The first write makes the folder, with a `.gitignore` that hides it, and removes
 * stale temporary files. Temporary files have a folder of their own (`tmp`), so that readers of the store never meet one.
 *
 * @param folder holds, or will hold, `.heapbook`
 */
export function createStoreWriter(folder: string): StoreWriter {
  const root = join(folder, STORE_FOLDER);
  const temporaries = join(root, "tmp");
  let prepared = false;
  return (path, contents) => {
    if (!prepared || !existsSync(temporaries)) prepare(root, temporaries);
    prepared = true;
    const temporary = join(temporaries, `${process.pid}-${randomBytes(6).toString("hex")}`);
    writeAtomically([{ path, contents }], () => temporary);
  };
}

function prepare(root: string, temporaries: string): void {
  mkdirSync(temporaries, { recursive: true });
  const gitignore = join(root, ".gitignore");
  if (!existsSync(gitignore)) writeFileSync(gitignore, "*\n");
  removeFiles(temporaries, (name) => {
    const stats = statSync(join(temporaries, name), { throwIfNoEntry: false });
    return stats !== undefined && Date.now() - stats.mtimeMs > STALE_AFTER_MS;
  });
}

/** The error for a store that cannot be written, with a hint for its cause. */
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

/**
 * Removes every result and drawing in `.heapbook`. The folder itself goes too, unless it still holds installed runtimes.
 *
 * @param options.runtimes also removes the installed runtimes
 * @returns whether anything was removed
 * @throws UserError `store-not-writable`
 */
export function removeStore(folder: string, options: { readonly runtimes?: boolean } = {}): boolean {
  const root = join(folder, STORE_FOLDER);
  if (!existsSync(root)) return false;
  const kept =
    options.runtimes !== true && existsSync(join(root, RUNTIMES_FOLDER)) ? [RUNTIMES_FOLDER, ".gitignore"] : [];
  try {
    const names = kept.length === 0 ? [""] : readdirSync(root).filter((name) => !kept.includes(name));
    for (const name of names) rmSync(join(root, name), { recursive: true, force: true, maxRetries: 3 });
    return names.length > 0;
  } catch (error) {
    throw notWritable(folder, error);
  }
}

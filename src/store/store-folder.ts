import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { UserError } from "../errors.ts";

/** Name of the folder that holds what Heapbook can make again. */
export const STORE_FOLDER = ".heapbook";

/** Folder in it for what takes a download to make again: `clean` leaves it unless told otherwise. */
const RUNTIMES_FOLDER = "runtimes";

/** Where the Nodes that `heapbook runtime add` installs are. @param folder holds, or will hold, `.heapbook` */
export function runtimesFolder(folder: string): string {
  return join(folder, STORE_FOLDER, RUNTIMES_FOLDER);
}

/** Makes `.heapbook`, hidden from git, for what is not written by `createAtomicWriter`. @throws UserError `store-not-writable` */
export function prepareStore(folder: string): void {
  try {
    prepare(join(folder, STORE_FOLDER), join(folder, STORE_FOLDER, "tmp"));
  } catch (error) {
    throw notWritable(folder, error);
  }
}

/** A temporary file older than this was left by a process that was killed. */
const STALE_AFTER_MS = 60 * 60 * 1000;

/** Writes whole files below `.heapbook`, or nothing. */
export type AtomicWriter = (path: string, contents: string) => void;

/**
 * A writer that makes the folder, with a `.gitignore` that hides it, when there is first something to keep. A file is
 * written beside its place and renamed into it, so that a reader, or a render after a power cut of this process
 * (`kill -9`), sees the old file or the new one and never half of it.
 *
 * @param folder holds, or will hold, `.heapbook`
 */
export function createAtomicWriter(folder: string): AtomicWriter {
  const root = join(folder, STORE_FOLDER);
  const temporaries = join(root, "tmp");
  let prepared = false;
  return (path, contents) => {
    const temporary = join(temporaries, `${process.pid}-${randomBytes(6).toString("hex")}`);
    try {
      if (!prepared || !existsSync(temporaries)) prepare(root, temporaries);
      prepared = true;
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(temporary, contents, { flag: "wx" });
      renameSync(temporary, path);
    } catch (error) {
      // What could not be renamed must not stay: on a full disk it would be the last straw.
      rmSync(temporary, { force: true });
      throw error;
    }
  };
}

function prepare(root: string, temporaries: string): void {
  mkdirSync(temporaries, { recursive: true });
  const gitignore = join(root, ".gitignore");
  if (!existsSync(gitignore)) writeFileSync(gitignore, "*\n");
  for (const name of readdirSync(temporaries)) {
    const path = join(temporaries, name);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats !== undefined && Date.now() - stats.mtimeMs > STALE_AFTER_MS) rmSync(path, { force: true });
  }
}

/** The message for a store that cannot be written, with what to do about it. */
export function notWritable(folder: string, cause: unknown): UserError {
  const code = errorCode(cause);
  const path = join(folder, STORE_FOLDER);
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new UserError(`Results cannot be kept in ${path}: ${reason}`, {
    code: "store-not-writable",
    hint:
      HINTS[code ?? ""] ?? `See whether ${path} can be written, or remove it: everything in it can be measured again.`,
    cause,
  });
}

const HINTS: Readonly<Record<string, string>> = {
  ENOSPC: "The disk is full. Free some space, then render again: trials that had finished before are reused.",
  EDQUOT:
    "Your quota of disk space is used up. Free some space, then render again: trials that had finished before are reused.",
  EROFS: "The file system is read-only. Copy the report to a folder that can be written.",
  EACCES: "Give yourself the right to write in that folder, or copy the report to one of your own.",
  EPERM: "Give yourself the right to write in that folder, or copy the report to one of your own.",
  ENOTDIR: "Something of that name is in the way and is not a folder. Move it away.",
  EEXIST: "Something of that name is in the way and is not a folder. Move it away.",
};

/** `ENOENT` and the like, for an error of the file system. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/**
 * Removes every result and drawing in `.heapbook`, and the folder with them unless installed runtimes are kept in it.
 *
 * @param options.runtimes whether the runtimes go too
 * @returns whether there was anything to remove
 * @throws UserError `store-not-writable` where it cannot be removed
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

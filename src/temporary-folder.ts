import { lstatSync, mkdtempSync, opendirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "./errors.ts";
import { isOfDeadProcess } from "./files.ts";

/** What a folder for temporary files is for: a part of its name. A cell's own process makes those of `references`. */
type Purpose = "trace" | "browser" | "publish" | "revision" | "references";

/** `heapbook-<purpose>-<process id>-<namespace of process ids>-<six random characters>` */
const NAME = /^heapbook-(?:trace|browser|publish|revision|references)-(\d+)-(\d+)-[A-Za-z0-9]{6}$/;

/**
 * Folders of processes of another namespace (a container that shares the temporary folder), and those that do not say theirs, are removed
 * at this age: whether their process runs cannot be seen.
 */
const FOREIGN_AGE_MS = 24 * 60 * 60 * 1000;

/** Namespace of the process ids of this process, as a number; 0 where the system shows none. */
function pidNamespace(): string {
  try {
    return /\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? "0";
  } catch {
    return "0"; // no Linux, or no /proc
  }
}

/**
 * The error for a temporary folder that cannot be used.
 * @param reason code of the file system's error, or words
 */
export function temporaryNotWritable(reason: string, cause?: unknown): UserError {
  return new UserError(`The folder for temporary files ${tmpdir()} cannot be written (${reason}).`, {
    code: "temporary-not-writable",
    hint: "Set TMPDIR to a folder that you may write to, with room for a heap snapshot.",
    cause,
  });
}

/** Folders in use. They are removed when this process ends in any way that runs its exit handlers. */
const folders = new Set<string>();
process.on("exit", () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/**
 * Makes a folder for temporary files, which `removeTemporaryFolder` removes, or else the end of this process.
 * @throws UserError `temporary-not-writable`
 */
export function makeTemporaryFolder(purpose: Purpose): string {
  removeDeadFolders();
  try {
    const folder = mkdtempSync(join(tmpdir(), `heapbook-${purpose}-${process.pid}-${pidNamespace()}-`));
    folders.add(folder);
    return folder;
  } catch (error) {
    throw temporaryNotWritable((error as NodeJS.ErrnoException).code ?? String(error), error);
  }
}

/** Removes a folder of `makeTemporaryFolder`. Processes that end at this moment may write to the folder for a moment longer. */
export function removeTemporaryFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  folders.delete(folder);
}

let hasRemoved = false;

/**
 * Removes, once in this process, the temporary folders of this user whose process was killed. A link of such a name, a folder of
 * another user, and one of a process that runs stay.
 */
export function removeDeadFolders(): void {
  if (hasRemoved) return;
  hasRemoved = true;
  removeDeadFoldersOf(tmpdir());
}

/** Every command lists the folder for temporary files at its start, which other programs may have filled: 50,000 entries take 30 ms. */
const MOST_ENTRIES = 50_000;

/** Names of up to `most` entries of a folder, in the order of the file system; empty where the folder cannot be listed. */
function listSome(folder: string, most: number): string[] {
  const names: string[] = [];
  try {
    const open = opendirSync(folder, { bufferSize: 1024 });
    try {
      for (let entry = open.readSync(); entry !== null && names.length < most; entry = open.readSync())
        names.push(entry.name);
    } finally {
      open.closeSync();
    }
  } catch {
    // Whether the folder can be written is the next step's to say.
  }
  return names;
}

/**
 * As `removeDeadFolders`, of a given folder, each time.
 * @param now milliseconds since 1970
 * @param most entries of the folder that are looked at
 */
export function removeDeadFoldersOf(parent: string, now = Date.now(), most = MOST_ENTRIES): void {
  const own = pidNamespace();
  for (const name of listSome(parent, most)) {
    const [, pid, namespace] = NAME.exec(name) ?? [];
    if (!isOfDeadProcess(pid)) continue;
    const path = join(parent, name);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats?.isDirectory() !== true || stats.uid !== (process.getuid?.() ?? stats.uid)) continue;
    if (namespace !== own && now - stats.mtimeMs < FOREIGN_AGE_MS) continue;
    try {
      rmSync(path, { recursive: true, force: true });
    } catch {
      // Something in it cannot be removed, or another command removes it too: nothing of this command depends on it.
    }
  }
}

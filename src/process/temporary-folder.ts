import { mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../errors.ts";

/**
 * Makes the error for a temporary folder that cannot be used.
 * @param reason code of the file system's error, or a reason in words
 */
function temporaryNotWritable(reason: string, cause?: unknown): UserError {
  return new UserError(`The folder for temporary files ${tmpdir()} cannot be written (${reason}).`, {
    code: "temporary-not-writable",
    hint: "Set TMPDIR to a folder that you may write to, with room for a heap snapshot.",
    cause,
  });
}

/** Makes a folder for temporary files, which the caller removes. @throws UserError `temporary-not-writable` */
export function makeTemporaryFolder(prefix: string): string {
  try {
    return mkdtempSync(join(tmpdir(), prefix));
  } catch (error) {
    throw temporaryNotWritable((error as NodeJS.ErrnoException).code ?? String(error), error);
  }
}

/** Folders of the trials that run now. They are removed when Heapbook exits. */
const folders = new Set<string>();
process.on("exit", () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/**
 * Runs a process with a new folder for its heap snapshots and V8's trace, and removes the folder afterwards.
 * @throws UserError `temporary-not-writable`
 */
export async function withTrialFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const folder = makeTemporaryFolder("heapbook-trace-");
  folders.add(folder);
  try {
    return await run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    folders.delete(folder);
  }
}

/** A disk with less free space counts as full: the smallest heap snapshot takes some 4 MB. */
const FULL_BELOW_BYTES = 2 ** 20;

/** Checks that the disk of the temporary folder is not full. @throws UserError `temporary-not-writable` */
export function checkTemporarySpace(folder: string): void {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < FULL_BELOW_BYTES) throw temporaryNotWritable("ENOSPC");
}

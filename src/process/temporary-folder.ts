import { statfsSync } from "node:fs";
import { makeTemporaryFolder, removeTemporaryFolder, temporaryNotWritable } from "../temporary-folder.ts";

/**
 * Runs a process with a new folder for its heap snapshots and V8's trace, and removes the folder afterwards.
 * @throws UserError `temporary-not-writable`
 */
export async function withTrialFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const folder = makeTemporaryFolder("trace");
  try {
    return await run(folder);
  } finally {
    removeTemporaryFolder(folder);
  }
}

/** A disk with less free space counts as full: the smallest heap snapshot takes some 4 MB. */
const FULL_BELOW_BYTES = 2 ** 20;

/** Checks that the disk of the temporary folder is not full. @throws UserError `temporary-not-writable` */
export function checkTemporarySpace(folder: string): void {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < FULL_BELOW_BYTES) throw temporaryNotWritable("ENOSPC");
}

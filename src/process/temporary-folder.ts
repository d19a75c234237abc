import { statfsSync } from "node:fs";
import { makeTemporaryFolder, removeTemporaryFolder, temporaryNotWritable } from "../temporary-folder.ts";

/**
 * Runs a process with a new folder for what it writes for Heapbook: heap snapshots, V8's trace. The folder is removed afterwards.
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

/** Less free space than this is a full disk: the smallest heap snapshot has some 4 MB. */
const FULL_BELOW_BYTES = 2 ** 20;

/** @throws UserError `temporary-not-writable` where the disk of the temporary folder is full */
export function checkTemporarySpace(folder: string): void {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < FULL_BELOW_BYTES) throw temporaryNotWritable("ENOSPC");
}

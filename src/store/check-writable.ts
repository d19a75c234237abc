import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Checks that a folder, or the nearest existing one above it, can be written.
 * @throws Error of the file system where it cannot
 */
export function checkWritable(folder: string): void {
  let existing = folder;
  while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing);
  accessSync(existing, constants.W_OK);
  readdirSync(existing); // fails for a file in the place of a folder
}

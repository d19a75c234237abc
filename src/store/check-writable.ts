import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { dirname } from "node:path";
import { UserError } from "../errors.ts";

/** Makes the error `output-not-writable` for the folder of a site or page. @param cause error of the file system */
export function outputNotWritable(folder: string, cause: unknown): UserError {
  const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
  return new UserError(`The output folder ${folder} cannot be written (${reason}).`, {
    code: "output-not-writable",
    hint: "Name another folder with `-o folder`, or free space and allow writing to this one.",
    cause,
  });
}

/**
 * Checks that files can be written into a folder, or into the nearest existing folder above it.
 * @throws Error of the file system if not
 */
export function checkWritable(folder: string): void {
  let existing = folder;
  while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing);
  accessSync(existing, constants.W_OK);
  readdirSync(existing); // fails for a file in the place of a folder
}

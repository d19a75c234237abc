import { writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { UserError } from "../errors.ts";
import { makeFolder } from "../files.ts";

/** Writes the file that the option `-o` names. @throws UserError `output-not-writable` */
export function writeOutput(path: string, contents: string): void {
  try {
    makeFolder(dirname(path));
    writeFileSync(path, contents);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new UserError(`The file ${path} cannot be written (${reason}).`, {
      code: "output-not-writable",
      hint: "Name another file with `-o file`.",
      cause: error,
    });
  }
}

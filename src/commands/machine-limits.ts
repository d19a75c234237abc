import { UserError } from "../errors.ts";

/** Errors of the system that say that a limit of open files was reached: of the process, of the machine. */
const OPEN_FILES: ReadonlySet<unknown> = new Set(["EMFILE", "ENFILE"]);

/** A limit of the machine as an error of the user's; undefined for any other error. Reads causes, too. */
export function machineLimit(error: unknown): UserError | undefined {
  let each = error;
  for (let depth = 0; depth < 8 && each instanceof Error; depth += 1) {
    if (OPEN_FILES.has((each as NodeJS.ErrnoException).code)) {
      return new UserError("The system does not let Heapbook open more files (`ulimit -n`).", {
        code: "too-many-files",
        hint: "Raise the limit: `ulimit -n 1024`, then render again.",
        cause: error,
      });
    }
    each = each.cause;
  }
  return undefined;
}

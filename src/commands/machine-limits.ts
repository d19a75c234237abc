import { UserError } from "../errors.ts";

/** Codes of the system's errors for too many open files: in the process, or on the machine. */
const OPEN_FILES: ReadonlySet<unknown> = new Set(["EMFILE", "ENFILE"]);

/**
 * Converts an error about a limit of the machine to a `UserError`; undefined for any other error. Also looks at the
 * error's causes.
 */
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

/** Exit code after Ctrl-C: 128 + SIGINT, as of shells. */
export const INTERRUPTED = 130;

/**
 * Time in ms after an interrupt until the command line exits. Longer than trials may take to end, so that no process is
 * left behind.
 */
const EXIT_AFTER_MS = 3000;

/** The reason of an abort after a signal; the message is the state of the work done so far. */
class Interrupted extends Error {
  override readonly name = "Interrupted";
}

let interrupted: Interrupted | undefined;

/** The first interrupt; undefined as long as there was none. */
export function findInterrupt(): Interrupted | undefined {
  return interrupted;
}

/**
 * Makes a signal that aborts on Ctrl-C and when the terminal closes. Trials are then asked to end, and killed later. A
 * second Ctrl-C does nothing, because it would end Heapbook while a cell that ignores the signal runs on.
 * @param rest printed after "Interrupted.": the state of the work done so far
 */
export function interruptible(
  rest = "Completed trials are stored; the next render continues from there.",
): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) return;
      interrupted = new Interrupted(rest);
      controller.abort(interrupted);
      setTimeout(() => process.exit(INTERRUPTED), EXIT_AFTER_MS).unref();
    });
  }
  return controller.signal;
}

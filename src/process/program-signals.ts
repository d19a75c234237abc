import type { ChildProcess } from "node:child_process";

/**
 * Signals that a user may send to Heapbook while a program runs, and that belong to the program. Without a listener each of them
 * would end Heapbook alone. Signals of job control (SIGTSTP, SIGCONT) and of crashes keep their effect on Heapbook.
 */
const PASSED: readonly NodeJS.Signals[] = [
  "SIGINT",
  "SIGTERM",
  "SIGHUP",
  "SIGQUIT",
  "SIGUSR1",
  "SIGUSR2",
  "SIGALRM",
  "SIGVTALRM",
  "SIGXCPU",
  "SIGXFSZ",
  "SIGIO",
  "SIGPWR",
  "SIGSYS",
  "SIGWINCH",
];
/** Signals that a terminal sends to all processes in its foreground. */
const FROM_TERMINAL: ReadonlySet<string> = new Set(["SIGINT", "SIGQUIT", "SIGWINCH"]);
/** Signals with which a user ends a program. */
const ENDING: ReadonlySet<string> = new Set(["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"]);

/** Ending signals within `PATIENCE_MS` after which the program is killed: those before are the program's to handle. */
const PATIENCE = 3;
const PATIENCE_MS = 3000;

function listen(signal: NodeJS.Signals, listener: () => void): () => void {
  try {
    process.on(signal, listener);
  } catch {
    return () => {}; // the system lacks this signal
  }
  return () => process.off(signal, listener);
}

/**
 * Passes the user's signals to the program while it runs.
 *
 * @param isShared whether the program gets a terminal's signals itself, because it shares Heapbook's terminal
 * @returns stops passing them
 */
export function passSignals(child: ChildProcess, isShared: boolean): () => void {
  let endings: number[] = [];
  const pass = (signal: NodeJS.Signals): void => {
    const nowMs = performance.now();
    if (ENDING.has(signal)) endings = [...endings.filter((atMs) => nowMs - atMs < PATIENCE_MS), nowMs];
    if (endings.length >= PATIENCE) child.kill("SIGKILL");
    else if (!isShared || !FROM_TERMINAL.has(signal)) child.kill(signal);
  };
  const stops = PASSED.map((signal) => listen(signal, () => pass(signal)));
  const kill = (): void => void child.kill("SIGKILL");
  process.on("exit", kill);
  return () => {
    for (const stop of stops) stop();
    process.off("exit", kill);
  };
}

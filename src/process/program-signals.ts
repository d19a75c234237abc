import type { ChildProcess } from "node:child_process";

/**
 * Signals that are passed on to the program, because the user sends them to Heapbook and means the program. Without a
 * listener each would end Heapbook alone. Signals of job control (SIGTSTP, SIGCONT) and of crashes are not passed on.
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

/**
 * Number of ending signals within `PATIENCE_MS` after which the program is killed. Fewer signals are left to the
 * program.
 */
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
 * Passes the user's signals on to the program while it runs.
 *
 * @param isShared whether the program gets the terminal's signals itself, because it shares Heapbook's terminal
 * @returns a function that stops passing signals on
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

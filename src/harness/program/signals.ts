/** Signals that end a program which does not handle them. Heapbook's listener stands only while the program has none. */

/** SIGABRT: from outside. `abort()` of the process itself ends it in any case. */
const ENDING: readonly NodeJS.Signals[] = [
  "SIGINT",
  "SIGTERM",
  "SIGHUP",
  "SIGQUIT",
  "SIGUSR2",
  "SIGALRM",
  "SIGVTALRM",
  "SIGXCPU",
  "SIGABRT",
];

/**
 * Ends the region at a signal before the signal ends the process. Libraries such as signal-exit count the listeners of a signal:
 * Heapbook's is removed when the program has added one, and added again when the program has removed its last.
 *
 * @param end ends the region
 * @param readOn the signal on which live bytes are read, which ends nothing
 */
export function watchSignals(end: () => void, readOn: string | undefined): void {
  const own = new Map(
    ENDING.filter((signal) => signal !== readOn).map((signal) => [
      signal as string | symbol,
      (): void => {
        end();
        stop(signal);
        process.kill(process.pid, signal);
      },
    ]),
  );
  const stop = (signal: string | symbol): void => {
    const listener = own.get(signal);
    if (listener !== undefined) process.removeListener(signal, listener);
  };
  process.on("newListener", (signal, listener) => {
    if (!own.has(signal) || listener === own.get(signal)) return;
    // Before the program's listener is added, Node would stop to watch for a signal that has lost its only listener.
    queueMicrotask(() => {
      if (process.listenerCount(signal) > 1) stop(signal);
    });
  });
  process.on("removeListener", (signal, removed) => {
    const listener = own.get(signal);
    if (listener === undefined || removed === listener || process.listenerCount(signal) > 0) return;
    process.on(signal, listener);
  });
  for (const [signal, listener] of own) process.on(signal, listener);
}

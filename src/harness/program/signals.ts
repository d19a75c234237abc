/** Handles signals that end a program without listeners for them. */

/** Signals that end a process by default. SIGABRT only if sent from outside: `abort()` always ends the process. */
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

/** Parts of an EventEmitter that Node's types lack. */
interface Listened {
  readonly _events: Record<string | symbol, unknown>;
  _eventsCount: number;
}

const none = (): void => {};

/**
 * Watches signals without a listener that the program could count, as the package signal-exit does. Node watches a
 * signal while `process` has a listener for it, and learns of the first and last listener by the events `newListener`
 * and `removeListener`. A listener removed without an event leaves Node's watch on; Node then still calls
 * `process.emit` with the signal.
 */
export class SignalWatch {
  readonly #end: () => void;
  readonly #readOn: string | undefined;
  readonly #read: () => void;
  readonly #watched: ReadonlySet<string | symbol>;

  /**
   * @param end ends the region
   * @param readOn signal on which live bytes are read; it ends nothing
   * @param read reads the live bytes
   */
  constructor(end: () => void, readOn: string | undefined, read: () => void) {
    this.#end = end;
    this.#readOn = readOn;
    this.#read = read;
    this.#watched = new Set([...ENDING, ...(readOn === undefined ? [] : [readOn])]);
  }

  /** Begins to watch. `process.emit` must already call `take()` and `follow()`. */
  begin(): void {
    for (const signal of this.#watched) this.#watch(signal);
  }

  #watch(signal: string | symbol): void {
    process.on(signal, none);
    const listened = process as unknown as Listened;
    if (listened._events[signal] !== none) return; // the program has listeners, too
    delete listened._events[signal];
    listened._eventsCount--;
  }

  /**
   * Call it before `process` emits an event. A signal that the program does not handle ends the region and then the
   * process.
   */
  take(event: string | symbol): void {
    if (!this.#watched.has(event)) return;
    if (event === this.#readOn) {
      this.#read();
      return;
    }
    if (process.listenerCount(event) > 0) return;
    this.#end();
    // Ends Node's watch, so that the signal has its default effect again.
    process.on(event, none);
    process.removeListener(event, none);
    process.kill(process.pid, event as NodeJS.Signals);
  }

  /**
   * Call it after `process` has emitted an event. When the program has removed its last listener of a signal, Node has
   * ended its watch, so the watch begins again.
   */
  follow(event: string | symbol, signal: unknown, removed: unknown): void {
    if (event !== "removeListener" || removed === none || !this.#watched.has(signal as string)) return;
    if (process.listenerCount(signal as string) === 0) this.#watch(signal as string);
  }
}

/** Signals that end a program which does not handle them. */

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

/** Parts of an EventEmitter that its types lack. */
interface Listened {
  readonly _events: Record<string | symbol, unknown>;
  _eventsCount: number;
}

const none = (): void => {};

/**
 * Watches signals without a listener that the program could count, as signal-exit and others do. Node watches a signal while `process`
 * has a listener of it, and learns of the first and the last by the events `newListener` and `removeListener`. A listener that is
 * taken away without an event therefore leaves Node's watch, which calls `process.emit` with the signal.
 */
export class SignalWatch {
  readonly #end: () => void;
  readonly #readOn: string | undefined;
  readonly #read: () => void;
  readonly #watched: ReadonlySet<string | symbol>;

  /**
   * @param end ends the region
   * @param readOn the signal on which live bytes are read, which ends nothing
   */
  constructor(end: () => void, readOn: string | undefined, read: () => void) {
    this.#end = end;
    this.#readOn = readOn;
    this.#read = read;
    this.#watched = new Set([...ENDING, ...(readOn === undefined ? [] : [readOn])]);
  }

  /** Begins. `process.emit` must be the function that calls `take()` and `follow()`. */
  begin(): void {
    for (const signal of this.#watched) this.#watch(signal);
  }

  #watch(signal: string | symbol): void {
    process.on(signal, none);
    const listened = process as unknown as Listened;
    if (listened._events[signal] !== none) return; // the program has one, too
    delete listened._events[signal];
    listened._eventsCount--;
  }

  /** To be called before `process` emits an event. A signal that the program does not handle ends the region, then the process. */
  take(event: string | symbol): void {
    if (!this.#watched.has(event)) return;
    if (event === this.#readOn) {
      this.#read();
      return;
    }
    if (process.listenerCount(event) > 0) return;
    this.#end();
    // Ends Node's watch, so that the signal has its default effect.
    process.on(event, none);
    process.removeListener(event, none);
    process.kill(process.pid, event as NodeJS.Signals);
  }

  /** To be called after `process` has emitted an event: where the program has removed its last listener, Node has ended its watch. */
  follow(event: string | symbol, signal: unknown, removed: unknown): void {
    if (event !== "removeListener" || removed === none || !this.#watched.has(signal as string)) return;
    if (process.listenerCount(signal as string) === 0) this.#watch(signal as string);
  }
}

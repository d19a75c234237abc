/** Time that a program has to end after it was asked to end, in ms. */
const GRACE_MS = 30_000;
const CHECK_MS = 500;

/**
 * Kills a program that does not end within 30 s after it was asked to. Time in which the program waits for Heapbook, or
 * writes a snapshot, does not count.
 */
export class EndDeadline {
  readonly #kill: () => void;
  readonly #graceMs: number;
  #timer: NodeJS.Timeout | undefined;
  #spentMs = 0;
  #waits = 0;

  constructor(kill: () => void, graceMs = GRACE_MS) {
    this.#kill = kill;
    this.#graceMs = graceMs;
  }

  /** Starts the deadline after `delayMs` ms, the time at which the program is asked to end. */
  begin(delayMs: number): void {
    this.cancel();
    this.#timer = setTimeout(() => {
      this.#timer = setInterval(() => this.#check(), CHECK_MS);
    }, delayMs);
  }

  /** Stops counting time, because the program waits for Heapbook. Call `resume()` when it no longer waits. */
  pause(): void {
    this.#waits++;
  }

  resume(): void {
    this.#waits--;
  }

  /** Cancels the deadline, because the program has begun to end or has ended. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#spentMs = 0;
  }

  /**
   * Counts time by the number of checks, not by the clock: on a busy machine the checks come late, and the program gets
   * more time.
   */
  #check(): void {
    if (this.#waits > 0) return;
    this.#spentMs += CHECK_MS;
    if (this.#spentMs < this.#graceMs) return;
    // Waits two turns of the event loop, so that messages that arrived while Heapbook was busy are handled first.
    const timer = this.#timer;
    setImmediate(() => setImmediate(() => timer === this.#timer && this.#kill()));
    clearInterval(timer);
  }
}

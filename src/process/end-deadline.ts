/** Time that a program has to end after it was asked to, in milliseconds. */
const GRACE_MS = 30_000;
const CHECK_MS = 500;

/**
 * Kills a program that was asked to end and does not. The program's own time counts: time in which it waits for Heapbook, or writes a
 * snapshot, does not.
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

  /** The program is asked to end in `delayMs` milliseconds. */
  begin(delayMs: number): void {
    this.cancel();
    this.#timer = setTimeout(() => {
      this.#timer = setInterval(() => this.#check(), CHECK_MS);
    }, delayMs);
  }

  /** The program waits for Heapbook, until `resume()`. */
  pause(): void {
    this.#waits++;
  }

  resume(): void {
    this.#waits--;
  }

  /** The program has begun to end, or has ended. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#spentMs = 0;
  }

  /** Counts checks, not the clock: on a busy machine the checks come late, too. */
  #check(): void {
    if (this.#waits > 0) return;
    this.#spentMs += CHECK_MS;
    if (this.#spentMs < this.#graceMs) return;
    // Two turns later, after messages that have arrived while Heapbook was busy.
    const timer = this.#timer;
    setImmediate(() => setImmediate(() => timer === this.#timer && this.#kill()));
    clearInterval(timer);
  }
}

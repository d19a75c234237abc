/** Work for the machine. A timed task runs while nothing else does. */
export interface Task<T> {
  readonly timed: boolean;
  run(): Promise<T>;
}

interface Queued {
  readonly timed: boolean;
  readonly start: () => void;
}

/**
 * Runs tasks side by side, `slots` at a time. Timed tasks wait until everything that is not timed has finished, then run
 * alone, one after another, in the order they came: what else the machine does would be in their times.
 */
export class Scheduler {
  readonly #slots: number;
  readonly #queue: Queued[] = [];
  #running = 0;
  #timedRunning = false;

  constructor(slots: number) {
    this.#slots = Math.max(1, slots);
  }

  /** Settles as the task does. */
  add<T>(task: Task<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const start = (): void => {
        this.#running++;
        this.#timedRunning = task.timed;
        const finish = (): void => {
          this.#running--;
          this.#timedRunning = false;
          this.#fill();
        };
        task.run().then(
          (value) => {
            resolve(value);
            // What the result makes ready (the next cell) is queued before the next task is chosen.
            setImmediate(finish);
          },
          (error: unknown) => {
            reject(error);
            setImmediate(finish);
          },
        );
      };
      this.#queue.push({ timed: task.timed, start });
      this.#fill();
    });
  }

  #fill(): void {
    while (!this.#timedRunning && this.#running < this.#slots) {
      let index = this.#queue.findIndex((task) => !task.timed);
      if (index < 0 && this.#running === 0) index = this.#queue.length > 0 ? 0 : -1;
      const [next] = index < 0 ? [] : this.#queue.splice(index, 1);
      if (next === undefined) return;
      next.start();
    }
  }
}

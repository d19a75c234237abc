/** A task of the scheduler. While a timed task runs, no other task runs. */
export interface Task<T> {
  readonly timed: boolean;
  run(): Promise<T>;
}

interface Queued {
  readonly timed: boolean;
  readonly start: () => void;
}

/**
 * Runs up to `slots` tasks in parallel. Timed tasks wait until all untimed tasks have finished, then run one by one, in the order
 * of `add`, because parallel work would change their times.
 */
export class Scheduler {
  readonly #slots: number;
  readonly #queue: Queued[] = [];
  #running = 0;
  #timedRunning = false;

  constructor(slots: number) {
    this.#slots = Math.max(1, slots);
  }

  /** Adds a task. The promise settles as the task's own promise does. */
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
            // Waits a turn, because the result may make the next cell ready, whose tasks must be queued before the next
            // task is chosen.
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

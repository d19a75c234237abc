import { performance } from "node:perf_hooks";

/**
 * Measures the user CPU time of the other threads of this process. Node 20 reports only the CPU time of the whole
 * process. Subtracting the busy time of this thread gives a lower bound for the other threads. System time is left out,
 * because page faults take much of it on some machines.
 */
export class CpuClock {
  readonly #cpu = process.cpuUsage();
  readonly #busy = performance.eventLoopUtilization();
  readonly #start = performance.now();

  /** User CPU time of other threads since the start, ms. */
  usedMs(): number {
    const busyMs = performance.eventLoopUtilization(this.#busy).active;
    return Math.max(0, process.cpuUsage(this.#cpu).user / 1000 - busyMs);
  }

  /** Wall time since the start, ms. */
  elapsedMs(): number {
    return performance.now() - this.#start;
  }
}

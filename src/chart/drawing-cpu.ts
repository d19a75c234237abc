import { performance } from "node:perf_hooks";

/**
 * Measures the user CPU time of the threads beside this one. Node 20 reports the CPU time of the process only, so the time for which
 * this thread was busy is subtracted: the result is a lower bound of what the other threads used. System time is left out, because
 * page faults take much of it on some machines.
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

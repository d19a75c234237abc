import { performance } from "node:perf_hooks";
import { send } from "../channel.ts";
import type { Probe, RegionProbe } from "../trial.ts";

const BYTES_PER_KIB = 1024;

class TimeRegion implements RegionProbe {
  readonly #region: string;
  readonly #cpuStart = process.cpuUsage();
  readonly #startMs = performance.now();

  constructor(region: string) {
    this.#region = region;
  }

  checkpoint(): void {}

  end(): Record<string, number> {
    const wallTime = performance.now() - this.#startMs;
    const cpu = process.cpuUsage(this.#cpuStart);
    const peakRss = process.resourceUsage().maxRSS * BYTES_PER_KIB;
    const metrics = { wallTime, userTime: cpu.user / 1000, systemTime: cpu.system / 1000, peakRss };
    for (const [id, value] of Object.entries(metrics)) {
      const unit = id === "peakRss" ? "B" : "ms";
      send({ type: "metric", reading: { id, region: this.#region, value, unit, better: "lower" } });
    }
    return metrics;
  }

  abandon(): void {}
}

/** Wall time, CPU time of all threads, and the peak resident set of the process. */
export const timeProbe: Probe = {
  startRegion: (region) => new TimeRegion(region),
  flush: () => {},
};

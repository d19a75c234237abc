import { performance } from "node:perf_hooks";
import type { Probe, RegionProbe } from "../running-trial.ts";
import { median } from "./quantiles.ts";
import { sendMetrics } from "./send-metrics.ts";

const BYTES_PER_KIB = 1024;
const MICROSECONDS_PER_MS = 1000;

/** One reading of all clocks, in ms. */
interface Clocks {
  readonly wallMs: number;
  readonly userMs: number;
  readonly systemMs: number;
}

// Copied before the cell runs: the cell may replace them.
const { cpuUsage, resourceUsage } = process;
const now = performance.now.bind(performance);

function readClocks(): Clocks {
  const { user, system } = cpuUsage();
  return {
    wallMs: now(),
    userMs: user / MICROSECONDS_PER_MS,
    systemMs: system / MICROSECONDS_PER_MS,
  };
}

const between = (from: Clocks, to: Clocks): Clocks => ({
  wallMs: to.wallMs - from.wallMs,
  userMs: to.userMs - from.userMs,
  systemMs: to.systemMs - from.systemMs,
});

class TimeRegion implements RegionProbe {
  readonly #region: string;
  readonly #warmup: number;
  readonly #laps: Clocks[];

  constructor(region: string, warmup: number) {
    this.#region = region;
    this.#warmup = warmup;
    this.#laps = [readClocks()];
  }

  lap(): void {
    this.#laps.push(readClocks());
  }

  awaits(): void {}

  end(): Record<string, number> {
    this.lap();
    const peakRss = resourceUsage().maxRSS * BYTES_PER_KIB;
    const calls = this.#laps.slice(1).map((lap, i) => between(this.#laps[i] ?? lap, lap));
    const [first, ...steady] = calls;
    const summarised = steady.length === 0 ? calls : steady;
    const metrics: Record<string, number> = {};
    if (first !== undefined && steady.length > 0) {
      metrics["firstWallTime"] = first.wallMs;
      metrics["firstUserTime"] = first.userMs;
      metrics["firstSystemTime"] = first.systemMs;
    }
    metrics["wallTime"] = median(summarised.map(({ wallMs }) => wallMs));
    metrics["userTime"] = median(summarised.map(({ userMs }) => userMs));
    metrics["systemTime"] = median(summarised.map(({ systemMs }) => systemMs));
    metrics["peakRss"] = peakRss;
    const note = this.#note(steady.length);
    const isSteady = (id: string): boolean => id === "wallTime" || id === "userTime" || id === "systemTime";
    sendMetrics(this.#region, metrics, (id) => (isSteady(id) ? note : undefined));
    return metrics;
  }

  abandon(): void {}

  /** Describes the state in which the measured code ran: cold, after warm-up calls, or in steady iterations. */
  #note(steadyCalls: number): string {
    const after = this.#warmup === 0 ? "" : ` after ${this.#warmup} of warm-up`;
    if (steadyCalls > 0) return `steady: ${steadyCalls + 1} iterations${after}`;
    return this.#warmup === 0 ? "cold: one call" : `one call${after}`;
  }
}

/** Wall time, CPU time of all threads, and peak resident set size (RSS) of the process. */
export const timeProbe: Probe = {
  repeats: true,
  warmsUp: true,
  startRegion: (region, warmup) => new TimeRegion(region, warmup),
  checkpoint: () => {},
  calibrate: () => {},
  flush: () => {},
};

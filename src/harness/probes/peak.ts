import { performance } from "node:perf_hooks";
import { getHeapStatistics } from "node:v8";
import { send } from "../channel.ts";
import type { Probe, RegionProbe } from "../trial.ts";

/** The base is read until two readings agree; more than this many collections never helped where it was measured. */
const SETTLE_LIMIT = 16;

function collect(): void {
  if (globalThis.gc === undefined) throw new Error("heapbook: the peak probe needs --expose-gc");
  globalThis.gc();
}

/** Bytes alive: used heap plus ArrayBuffers, after two forced collections (the second takes what finalizers let go). */
function readLiveBytes(): number {
  collect();
  collect();
  return getHeapStatistics().used_heap_size + process.memoryUsage().arrayBuffers;
}

/** Live bytes once they have stopped falling. */
function settleLiveBytes(): number {
  let previous = readLiveBytes();
  for (let i = 0; i < SETTLE_LIMIT; i++) {
    const current = readLiveBytes();
    if (current === previous) break;
    previous = current;
  }
  return previous;
}

class PeakRegion implements RegionProbe {
  readonly #region: string;
  readonly #base: number;
  readonly #startMs: number;
  #peak = 0;

  constructor(region: string) {
    this.#region = region;
    this.#base = settleLiveBytes();
    this.#startMs = performance.now();
  }

  #read(name: string): number {
    const timeMs = performance.now() - this.#startMs;
    const liveBytes = readLiveBytes() - this.#base;
    this.#peak = Math.max(this.#peak, liveBytes);
    send({ type: "checkpoint", checkpoint: { region: this.#region, name, liveBytes, timeMs } });
    return liveBytes;
  }

  checkpoint(name: string): void {
    this.#read(name);
  }

  end(): Record<string, number> {
    const endLive = this.#read("end");
    const metrics = { peakLive: this.#peak, endLive };
    for (const [id, value] of Object.entries(metrics)) {
      send({ type: "metric", reading: { id, region: this.#region, value, unit: "B", better: "lower" } });
    }
    return metrics;
  }

  abandon(): void {}
}

/** Peak live bytes at forced-GC checkpoints, less a settled base (research/measurement.md, 4.4). */
export const peakProbe: Probe = {
  startRegion: (region) => new PeakRegion(region),
  flush: () => {},
};

// The first reading allocates what every later one reuses: take it before any region counts.
export function warmPeakProbe(): void {
  settleLiveBytes();
}

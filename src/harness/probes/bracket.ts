import { getHeapStatistics } from "node:v8";
import type { Probe, RegionProbe } from "../trial.ts";
import { collect, readCodeBytes, SETTLE_LIMIT } from "./live.ts";
import { Profile } from "./profile.ts";
import { sendMetrics } from "./readings.ts";

const profile = new Profile();
const openRegions = new Set<BracketRegion>();

/** Bytes alive, in the same words as those of a collection: external memory included and machine code not. */
function readBase(): number {
  let previous = 0;
  for (let i = 0; i < SETTLE_LIMIT; i++) {
    collect();
    collect();
    const codeBytes = readCodeBytes();
    const { used_heap_size, external_memory } = getHeapStatistics();
    const bytes = used_heap_size + external_memory - codeBytes;
    if (bytes === previous && codeBytes === readCodeBytes()) return bytes;
    previous = bytes;
  }
  return previous;
}

/** Every bound of a region ends one stretch and begins the next, so that regions may lie in one another or overlap. */
function cut(): void {
  if (openRegions.size === 0) return;
  // Not spread into Math.max: there may be more collections than a call can have arguments.
  let low = 0;
  let high = 0;
  for (const step of profile.cut()) {
    low = Math.max(low, step.afterBytes);
    high = Math.max(high, step.beforeBytes);
  }
  for (const region of openRegions) region.widen(low, high);
}

class BracketRegion implements RegionProbe {
  readonly #region: string;
  readonly #base: number;
  #lowBytes = 0;
  #highBytes = 0;

  constructor(region: string) {
    this.#region = region;
    cut();
    this.#base = readBase();
    openRegions.add(this);
    profile.start();
  }

  widen(lowBytes: number, highBytes: number): void {
    this.#lowBytes = Math.max(this.#lowBytes, lowBytes - this.#base);
    this.#highBytes = Math.max(this.#highBytes, highBytes - this.#base);
  }

  lap(): void {}

  awaits(): void {}

  end(): Record<string, number> {
    this.#close();
    const metrics = { peakLow: this.#lowBytes, peakHigh: this.#highBytes };
    sendMetrics(this.#region, metrics, () => "B");
    return metrics;
  }

  abandon(): void {
    this.#close();
  }

  #close(): void {
    cut();
    openRegions.delete(this);
    if (openRegions.size > 0) profile.start();
  }
}

/**
 * Bounds of the true peak of live bytes, wherever it lies: the most in use after any collection, and before any. Under
 * flags that make each collection a full one and the young generation 1 MB (research/measurement.md, 4.4), what is left
 * after one is alive, and what is in use before one is at most a young generation more than was alive.
 */
export const bracketProbe: Probe = {
  repeats: false,
  warmsUp: true,
  startRegion: (region) => new BracketRegion(region),
  checkpoint: () => {
    // What lives at a checkpoint is a lower bound as well, and the same as the one of `peak`.
    if (openRegions.size > 0) collect();
  },
  calibrate: () => {},
  flush: () => {},
};

import type { Probe, RegionProbe } from "../running-trial.ts";
import { CollectionProfile } from "./collection-profile.ts";
import { collect, readProfiledBytes, settleLiveBytes } from "./live-bytes.ts";
import { sendMetrics } from "./send-metrics.ts";

const profile = new CollectionProfile();
const openRegions = new Set<BracketRegion>();

/** Every bound of a region ends one profile and begins the next, so that regions can be nested and can overlap. */
function cut(): void {
  if (openRegions.size === 0) return;
  // Not spread into Math.max: there can be more collections than a call can have arguments.
  let low = 0;
  let high = 0;
  for (const step of profile.cut()) {
    if (step.isFull) low = Math.max(low, step.afterBytes);
    high = Math.max(high, step.beforeBytes);
  }
  for (const region of openRegions) region.widen(low, high);
}

class BracketRegion implements RegionProbe {
  readonly #region: string;
  readonly #base = new Float64Array(1);
  #lowBytes = 0;
  #highBytes = 0;

  constructor(region: string) {
    this.#region = region;
    cut();
    settleLiveBytes(this.#base, 0, readProfiledBytes);
    openRegions.add(this);
    profile.start();
  }

  widen(lowBytes: number, highBytes: number): void {
    const base = this.#base[0] ?? 0;
    this.#lowBytes = Math.max(this.#lowBytes, lowBytes - base);
    this.#highBytes = Math.max(this.#highBytes, highBytes - base);
  }

  lap(): void {}

  awaits(): void {}

  end(): Record<string, number> {
    this.#close();
    const metrics = { peakLow: this.#lowBytes, peakHigh: this.#highBytes };
    sendMetrics(this.#region, metrics);
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
 * Lower and upper bound of the true peak of live bytes (docs/measurement.md#bracket). Lower: the most bytes in use after any
 * full collection, because all of them are alive. Upper: the most bytes in use before any collection, because they contain all
 * live bytes and some garbage. The flags decide how far apart the bounds are (`experiment/bracket-search.ts`).
 */
export const bracketProbe: Probe = {
  repeats: false,
  warmsUp: true,
  startRegion: (region) => new BracketRegion(region),
  checkpoint: () => {
    // Live bytes at a checkpoint are a lower bound too: the reading of the probe `peak` at the same moment.
    if (openRegions.size > 0) collect();
  },
  calibrate: () => {},
  flush: () => {},
};

import type { Probe, RegionProbe } from "../running-trial.ts";
import { Profile } from "./collection-profile.ts";
import { collect, readProfiledBytes, settleLiveBytes } from "./live-bytes.ts";
import { sendMetrics } from "./send-metrics.ts";

const profile = new Profile();
const openRegions = new Set<BracketRegion>();

/** Every bound of a region ends one stretch and begins the next, so that regions may lie in one another or overlap. */
function cut(): void {
  if (openRegions.size === 0) return;
  // Not spread into Math.max: there may be more collections than a call can have arguments.
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
 * Bounds of the true peak of live bytes, wherever it lies: the most in use after any full collection, all of which is alive,
 * and before any collection, which is all that is alive and some garbage (research/measurement.md, 4.4). How far apart they
 * are is a matter of the flags (`experiment/bracket-search.ts`).
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

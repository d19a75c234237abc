import type { PeakPassInstructions } from "../../model/peak-pass.ts";
import { send } from "../channel.ts";
import {
  countForced,
  createRegion,
  forgetRegion,
  installTicks,
  leaveRegion,
  noteBounds,
  readCheckpoint,
  rehearseCollections,
  restartTicks,
  type WatchedRegion,
  watchRegion,
} from "../peak/collector.ts";
import type { Probe, RegionProbe } from "../running-trial.ts";
import { CollectionProfile } from "./collection-profile.ts";
import { rehearseTimers } from "./rehearse-timers.ts";

const profile = new CollectionProfile();
const openRegions = new Set<BracketRegion>();
/** Regions begun so far. */
let started = 0;
let calibrating = false;
let recordsCollections = true;

/**
 * Every bound of a region ends one stretch and begins the next, so that regions may lie in one another or overlap. The collector
 * knows the bytes in use before its own collections; of a stretch in which V8 collected by itself V8's record has all of them.
 */
function cut(): void {
  if (openRegions.size === 0) return;
  noteBounds();
  if (!recordsCollections) return;
  const forced = countForced();
  const steps = profile.stop();
  if (steps.length <= forced) return;
  // Not spread into Math.max: there may be more collections than a call can have arguments.
  let usedBytes = 0;
  for (const { beforeBytes } of steps) usedBytes = Math.max(usedBytes, beforeBytes);
  for (const region of openRegions) region.widenTo(usedBytes);
}

/** The collections from here on belong to the next stretch. */
function record(): void {
  if (!recordsCollections) return;
  countForced();
  profile.record();
}

class BracketRegion implements RegionProbe {
  readonly #region: string;
  readonly #watched: WatchedRegion;
  #collectedByItself = false;

  constructor(region: string) {
    this.#region = region;
    cut();
    this.#watched = createRegion(started);
    started++;
    openRegions.add(this);
    record();
    watchRegion(this.#watched);
  }

  /** @param usedBytes before a collection of V8's own */
  widenTo(usedBytes: number): void {
    this.#collectedByItself = true;
    this.#watched.widenTo(usedBytes);
  }

  lap(): void {}

  awaits(): void {}

  end(): Record<string, number> {
    const { lowBytes, highBytes } = this.#close();
    const { index } = this.#watched;
    if (!calibrating) {
      const overshoots = this.#watched.listOvershoots();
      const collectedByItself = this.#collectedByItself;
      const pass = { region: this.#region, index, lowBytes, highBytes, overshoots, collectedByItself };
      send({ type: "peak-pass", pass });
    }
    return { peakLow: lowBytes, peakHigh: highBytes };
  }

  abandon(): void {
    openRegions.delete(this);
    forgetRegion(this.#watched);
    if (openRegions.size === 0 && recordsCollections) profile.stop();
  }

  #close(): { readonly lowBytes: number; readonly highBytes: number } {
    cut();
    openRegions.delete(this);
    const found = leaveRegion(this.#watched);
    if (openRegions.size > 0) record();
    return found;
  }
}

/** Must run before the cell's code is loaded. */
export function startBracketProbe(instructions: PeakPassInstructions): void {
  ({ recordsCollections } = instructions);
  installTicks(instructions);
}

/**
 * One pass of the search for the true peak of live bytes (docs/measurement.md#true-peak): the most bytes in use after any full
 * collection, all of which are alive, and before any collection, which are the live ones and some garbage. The collector
 * (peak/collector.ts) keeps that garbage below the tolerance of the pass.
 */
export const bracketProbe: Probe = {
  repeats: false,
  warmsUp: true,
  startRegion: (region) => new BracketRegion(region),
  checkpoint: () => {
    if (openRegions.size > 0) readCheckpoint();
  },
  calibrate: async (measure) => {
    calibrating = true;
    rehearseCollections(true);
    // An empty region of each kind makes V8's feedback for its path.
    measure(() => {});
    await measure(async () => {});
    await rehearseTimers();
    rehearseCollections(false);
    calibrating = false;
    started = 0;
    restartTicks();
  },
  flush: () => {},
};

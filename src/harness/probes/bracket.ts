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
/** Number of regions begun. */
let started = 0;
let calibrating = false;
let recordsCollections = true;

/**
 * Ends a stretch of the recorded collections. Each start or end of a region does so, so that regions can be nested or
 * overlap. The collector knows the bytes in use before each collection that it forces. For V8's own collections, V8's
 * record gives those bytes.
 */
function cut(): void {
  if (openRegions.size === 0) return;
  noteBounds();
  if (!recordsCollections) return;
  const forced = countForced();
  const steps = profile.stop();
  if (steps.length <= forced) return;
  // A loop, because `Math.max(...)` fails with very many arguments.
  let usedBytes = 0;
  for (const { beforeBytes } of steps) usedBytes = Math.max(usedBytes, beforeBytes);
  for (const region of openRegions) region.widenTo(usedBytes);
}

/** Begins the next stretch of recorded collections. */
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

  /** @param usedBytes in use before a collection that V8 started itself */
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

/** Installs the ticks. Must run before the cell's code is loaded. */
export function startBracketProbe(instructions: PeakPassInstructions): void {
  ({ recordsCollections } = instructions);
  installTicks(instructions);
}

/**
 * One pass of the search for the true peak of live bytes (docs/measurement.md#true-peak). Lower bound: the most bytes
 * in use after any full collection, all live. Upper bound: the most bytes in use before any collection, live bytes and
 * some garbage. The collector (peak/collector.ts) keeps this garbage below the tolerance of the pass.
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
    // An empty region of each kind makes V8 allocate its feedback for this code.
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

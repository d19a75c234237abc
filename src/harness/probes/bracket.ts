import type { PeakPassInstructions } from "../../model/peak-pass.ts";
import { send } from "../channel.ts";
import {
  countForced,
  createRegion,
  installTicks,
  leaveRegion,
  noteBounds,
  readCheckpoint,
  restartTicks,
  type WatchedRegion,
  watchRegion,
} from "../peak/collector.ts";
import type { Probe, RegionProbe } from "../running-trial.ts";
import { CollectionProfile } from "./collection-profile.ts";

const profile = new CollectionProfile();
const openRegions = new Set<BracketRegion>();
/** Regions begun so far. */
let started = 0;
let startBytes: readonly number[] = [];
let calibrating = false;
/** Empty regions of each kind measured before the first, which make V8's feedback for their path. */
const REHEARSALS = 1;

/**
 * Every bound of a region ends one stretch and begins the next, so that regions may lie in one another or overlap. The collector
 * knows the bytes in use before its own collections; of a stretch in which V8 collected by itself V8's record has all of them.
 */
function cut(): void {
  if (openRegions.size === 0) return;
  noteBounds();
  const forced = countForced();
  const steps = profile.cut();
  // Two more are those at both ends of the stretch.
  if (steps.length <= forced + 2) return;
  const base = steps[0]?.afterBytes ?? 0;
  // Not spread into Math.max: there may be more collections than a call can have arguments.
  let grownBytes = 0;
  for (const { beforeBytes } of steps) grownBytes = Math.max(grownBytes, beforeBytes - base);
  for (const region of openRegions) region.widen(grownBytes);
}

class BracketRegion implements RegionProbe {
  readonly #region: string;
  readonly #watched: WatchedRegion;

  constructor(region: string) {
    this.#region = region;
    cut();
    this.#watched = createRegion(started, startBytes[started] ?? 0);
    started++;
    openRegions.add(this);
    profile.start();
    watchRegion(this.#watched);
  }

  widen(grownBytes: number): void {
    this.#watched.widen(grownBytes);
  }

  lap(): void {}

  awaits(): void {}

  end(): Record<string, number> {
    const { lowBytes, highBytes } = this.#close();
    const { index } = this.#watched;
    if (!calibrating) {
      const overshoots = this.#watched.listOvershoots();
      send({ type: "peak-pass", pass: { region: this.#region, index, lowBytes, highBytes, overshoots } });
    }
    return { peakLow: lowBytes, peakHigh: highBytes };
  }

  abandon(): void {
    this.#close();
  }

  #close(): { readonly lowBytes: number; readonly highBytes: number } {
    cut();
    openRegions.delete(this);
    const found = leaveRegion(this.#watched);
    if (openRegions.size > 0) profile.start();
    return found;
  }
}

/** Must run before the cell's code is loaded. */
export function startBracketProbe(instructions: PeakPassInstructions): void {
  startBytes = instructions.startBytes;
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
    for (let i = 0; i < REHEARSALS; i++) measure(() => {});
    for (let i = 0; i < REHEARSALS; i++) await measure(async () => {});
    calibrating = false;
    started = 0;
    restartTicks();
  },
  flush: () => {},
};

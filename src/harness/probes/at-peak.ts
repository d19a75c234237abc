import type { PeakPassInstructions } from "../../model/peak-pass.ts";
import type { TracingInstructions } from "../../model/records.ts";
import {
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
  watchRises,
} from "../peak/collector.ts";
import type { Probe, RegionProbe } from "../running-trial.ts";
import { askParent, notifyParent, prepareTracker, startTracking, stopTracking } from "../tracing/tracker.ts";
import { rehearseTimers } from "./rehearse-timers.ts";

const ids = new Map<WatchedRegion, number>();
/** Number of regions begun. Gives regions the same numbers as in the earlier passes of the search. */
let started = 0;
let calibrating = false;
/** Region of the whole cell, while open. */
let wholeRun: AtPeakRegion | undefined;

class AtPeakRegion implements RegionProbe {
  readonly #region: string;
  readonly #id = started++;
  readonly #watched: WatchedRegion;
  /**
   * Whether the region has ended. The region of the whole cell ends when the event loop is empty, before tracking
   * stops; a second `end()` does nothing.
   */
  #isEnded = false;

  constructor(region: string) {
    this.#region = region;
    noteBounds();
    this.#watched = createRegion(this.#id);
    if (!calibrating) {
      ids.set(this.#watched, this.#id);
      askParent({ kind: "region-start", id: this.#id });
    }
    watchRegion(this.#watched);
  }

  lap(): void {}

  awaits(): void {}

  end(): Record<string, number> {
    if (this.#isEnded) return {};
    noteBounds();
    const { lowBytes } = leaveRegion(this.#watched);
    this.#close();
    if (!calibrating) notifyParent({ kind: "peak-end", id: this.#id, region: this.#region });
    return { peakLow: lowBytes };
  }

  abandon(): void {
    forgetRegion(this.#watched);
    this.#close();
    if (!calibrating) notifyParent({ kind: "region-abandoned", id: this.#id });
  }

  #close(): void {
    this.#isEnded = true;
    ids.delete(this.#watched);
    if (wholeRun === this) wholeRun = undefined;
  }
}

/** Writes a snapshot at a new largest live size. The parent keeps the last snapshot of each region. */
function sendPeak(risen: readonly WatchedRegion[]): void {
  const regions = risen.flatMap((region) => {
    const id = ids.get(region);
    if (id === undefined) return [];
    // Null for the whole cell: its base is read before the cell's code is loaded, so the size would contain the code of
    // markers and ticks.
    return [{ id, liveBytes: id === 0 ? null : region.largestLive() }];
  });
  if (regions.length > 0) askParent({ kind: "peak", regions });
}

/** Prepares tracker and ticks. Must run before the cell's code is loaded. */
export function startAtPeakProbe(tracing: TracingInstructions, pass: PeakPassInstructions): void {
  prepareTracker(tracing);
  installTicks(pass);
}

/**
 * Probe for live objects at the peak: the last pass of the search, with V8's allocation tracker on. The pass starts
 * just below the peak found by earlier passes, and writes a heap snapshot whenever a full collection leaves more bytes
 * (docs/measurement.md#at-the-peak).
 */
export const atPeakProbe: Probe = {
  repeats: false,
  warmsUp: true,
  startRegion: (region) => {
    const begun = new AtPeakRegion(region);
    if (started === 1 && !calibrating) wholeRun = begun;
    return begun;
  },
  checkpoint: () => {
    if (ids.size > 0) readCheckpoint();
  },
  calibrate: async (measure) => {
    calibrating = true;
    rehearseCollections(true);
    // As in the earlier passes: an empty region of each kind makes V8 allocate its feedback for this code.
    measure(() => {});
    await measure(async () => {});
    await rehearseTimers();
    rehearseCollections(false);
    calibrating = false;
    started = 0;
    restartTicks();
    startTracking(() => wholeRun?.end());
    watchRises(sendPeak);
  },
  // `process.exit()` leaves the region of the whole cell open; it ends here.
  flush: () => {
    wholeRun?.end();
    stopTracking();
  },
};

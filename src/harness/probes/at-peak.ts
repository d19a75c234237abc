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
/** Regions begun so far, in the order of the search's passes. */
let started = 0;
let calibrating = false;
/** The region of the cell's whole run, while it is open. */
let wholeRun: AtPeakRegion | undefined;

class AtPeakRegion implements RegionProbe {
  readonly #region: string;
  readonly #id = started++;
  readonly #watched: WatchedRegion;
  /** The whole run ends when the event loop is empty, before tracking stops; the trial ends it once more. */
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

/** A snapshot of the largest live size so far. The parent keeps the last one of each region. */
function sendPeak(risen: readonly WatchedRegion[]): void {
  const regions = risen.flatMap((region) => {
    const id = ids.get(region);
    if (id === undefined) return [];
    // The base of a whole run is read before the cell's code is loaded: its reading has the code of markers and ticks, too.
    return [{ id, liveBytes: id === 0 ? null : region.largestLive() }];
  });
  if (regions.length > 0) askParent({ kind: "peak", regions });
}

/** Must run before the cell's code is loaded. */
export function startAtPeakProbe(tracing: TracingInstructions, pass: PeakPassInstructions): void {
  prepareTracker(tracing);
  installTicks(pass);
}

/**
 * What is alive at the peak of live bytes: the last pass of the search for it, with V8's allocation tracker on. It starts right
 * below the peak that the passes before it found, and writes a heap snapshot wherever a full collection leaves more
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
    // As in the passes before: an empty region of each kind makes V8's feedback for its path.
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
  // `process.exit()` leaves the region of the whole run open: it ends here.
  flush: () => {
    wholeRun?.end();
    stopTracking();
  },
};

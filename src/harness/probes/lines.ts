import type { TracingInstructions } from "../../model/records.ts";
import type { Probe, RegionProbe } from "../running-trial.ts";
import { askParent, notifyParent, prepareTracker, startTracking, stopTracking } from "../tracing/tracker.ts";
import { sendMetrics } from "./send-metrics.ts";

let regions = 0;
/** Region of the whole cell, while open. */
let wholeRun: LinesRegion | undefined;

/** Metrics of a region, which the parent computes from the snapshots at its start and end. */
type Reply = Readonly<Record<"tracedAllocated" | "tracedAllocations" | "tracedLive", number>>;

class LinesRegion implements RegionProbe {
  readonly #region: string;
  readonly #id = ++regions;
  /**
   * Whether the region has ended. The region of the whole cell ends when the event loop is empty, before tracking
   * stops; a second `end()` does nothing.
   */
  #isEnded = false;

  constructor(region: string) {
    this.#region = region;
    // The region of the whole cell starts at the base snapshot: no code of the cell has run since then.
    if (regions === 1) notifyParent({ kind: "region-start", id: this.#id });
    else askParent({ kind: "region-start", id: this.#id });
  }

  lap(): void {}

  awaits(): void {}

  end(): Record<string, number> {
    if (this.#isEnded) return {};
    this.#close();
    const metrics = { ...(askParent({ kind: "region-end", id: this.#id, region: this.#region }) as Reply) };
    sendMetrics(this.#region, metrics, () => "unoptimised code");
    return metrics;
  }

  abandon(): void {
    this.#close();
    notifyParent({ kind: "region-abandoned", id: this.#id });
  }

  #close(): void {
    this.#isEnded = true;
    if (wholeRun === this) wholeRun = undefined;
  }
}

/** Probe `lines` with the engine `tracker` (docs/measurement.md#tracker). */
export const linesProbe: Probe = {
  repeats: false,
  warmsUp: true,
  startRegion: (region) => {
    const started = new LinesRegion(region);
    if (regions === 1) wholeRun = started;
    return started;
  },
  checkpoint: () => {},
  calibrate: () => {},
  // `process.exit()` leaves the region of the whole cell open; it ends here.
  flush: () => {
    wholeRun?.end();
    stopTracking();
  },
};

export function startLinesProbe(instructions: TracingInstructions): void {
  prepareTracker(instructions);
  startTracking(() => wholeRun?.end());
  // A process that exited with tracking on was once seen to hang (docs/measurement.md#tracker).
  process.once("exit", (code) => {
    if (code !== 0) stopTracking();
  });
}

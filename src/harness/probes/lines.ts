import type { TracingInstructions } from "../../model/records.ts";
import type { Probe, RegionProbe } from "../running-trial.ts";
import { askParent, notifyParent, prepareTracker, startTracking, stopTracking } from "../tracing/tracker.ts";
import { sendMetrics } from "./send-metrics.ts";

let regions = 0;
/** The region of the cell's whole run, while it is open. */
let wholeRun: LinesRegion | undefined;

/** Metrics of a region, which the parent computes from the snapshots at both ends. */
type Reply = Readonly<Record<"tracedAllocated" | "tracedAllocations" | "tracedLive", number>>;

class LinesRegion implements RegionProbe {
  readonly #region: string;
  readonly #id = ++regions;
  /** The whole run ends when the event loop is empty, before tracking stops; the trial ends it once more. */
  #isEnded = false;

  constructor(region: string) {
    this.#region = region;
    // The cell's whole run starts at the base snapshot, because nothing of the cell has run since.
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
  // `process.exit()` leaves the region of the whole run open: it ends here.
  flush: () => {
    wholeRun?.end();
    stopTracking();
  },
};

export function startLinesProbe(instructions: TracingInstructions): void {
  prepareTracker(instructions);
  startTracking(() => wholeRun?.end());
  // A process with tracking on was once observed to hang at its exit (docs/measurement.md#tracker).
  process.once("exit", (code) => {
    if (code !== 0) stopTracking();
  });
}

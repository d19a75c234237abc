import type { TracingInstructions } from "../../model/records.ts";
import { askParent, notifyParent, prepareTracker, startTracking, stopTracking } from "../tracing/tracker.ts";
import type { Probe, RegionProbe } from "../trial.ts";
import { sendMetrics } from "./readings.ts";

let regions = 0;
/** The region of the cell's whole run, while it is open. */
let wholeRun: LinesRegion | undefined;

/** The metrics that the parent computes from the snapshots at both ends of a region. */
type Reply = Readonly<Record<"tracedAllocated" | "tracedAllocations" | "tracedLive", number>>;

class LinesRegion implements RegionProbe {
  readonly #region: string;
  readonly #id = ++regions;

  constructor(region: string) {
    this.#region = region;
    // The region of the whole run starts with the first snapshot of tracking: no code of the cell has run yet.
    if (regions === 1) notifyParent({ kind: "region-start", id: this.#id });
    else askParent({ kind: "region-start", id: this.#id });
  }

  lap(): void {}

  awaits(): void {}

  end(): Record<string, number> {
    this.#close();
    const metrics = { ...(askParent({ kind: "region-end", id: this.#id, region: this.#region }) as Reply) };
    sendMetrics(
      this.#region,
      metrics,
      (id) => (id === "tracedAllocations" ? "count" : "B"),
      () => "unoptimised code",
    );
    return metrics;
  }

  abandon(): void {
    this.#close();
    notifyParent({ kind: "region-abandoned", id: this.#id });
  }

  #close(): void {
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
  // process.exit() ends the whole run: its live bytes are read at that moment.
  flush: () => {
    wholeRun?.end();
    stopTracking();
  },
};

export function startLinesProbe(instructions: TracingInstructions): void {
  prepareTracker(instructions);
  startTracking();
  // With tracking on, Node 20 once hung at the end of a failed process (docs/measurement.md#tracker).
  process.once("exit", (code) => {
    if (code !== 0) stopTracking();
  });
}

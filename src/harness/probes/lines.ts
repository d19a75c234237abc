import type { TracingInstructions } from "../../model/records.ts";
import type { Probe, RegionProbe } from "../running-trial.ts";
import { askParent, prepareTracker, startTracking, stopTracking, tellParent } from "../tracing/tracker.ts";
import { sendMetrics } from "./send-metrics.ts";

let regions = 0;
/** The region of the cell's whole run, while it is open. */
let wholeRun: LinesRegion | undefined;

/** What the parent has made of the snapshots at both ends of a region. */
type Reply = Readonly<Record<"tracedAllocated" | "tracedAllocations" | "tracedLive", number>>;

class LinesRegion implements RegionProbe {
  readonly #region: string;
  readonly #id = ++regions;

  constructor(region: string) {
    this.#region = region;
    // The cell's whole run is measured from where tracking began: nothing of the cell has run yet.
    if (regions === 1) tellParent({ kind: "region-start", id: this.#id });
    else askParent({ kind: "region-start", id: this.#id });
  }

  lap(): void {}

  awaits(): void {}

  end(): Record<string, number> {
    this.#close();
    const metrics = { ...(askParent({ kind: "region-end", id: this.#id, region: this.#region }) as Reply) };
    sendMetrics(this.#region, metrics, () => "unoptimised code");
    return metrics;
  }

  abandon(): void {
    this.#close();
    tellParent({ kind: "region-abandoned", id: this.#id });
  }

  #close(): void {
    if (wholeRun === this) wholeRun = undefined;
  }
}

/** Every allocation with the line that made it, by line markers and V8's allocation tracker (research/line-allocation.md). */
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
  // A script that calls process.exit() is over, and what it holds is what it held then.
  flush: () => {
    wholeRun?.end();
    stopTracking();
  },
};

export function startLinesProbe(instructions: TracingInstructions): void {
  prepareTracker(instructions);
  startTracking();
  // With tracking on, a process was once seen to hang at its end (research/line-allocation.md, 6).
  process.once("exit", (code) => {
    if (code !== 0) stopTracking();
  });
}

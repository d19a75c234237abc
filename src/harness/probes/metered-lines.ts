import { MEASURING_SITE } from "../../model/meter-sites.ts";
import { send } from "../channel.ts";
import { type MeterReading, readMeter } from "../meter/meter.ts";
import type { Probe, RegionProbe } from "../running-trial.ts";
import { sendMetrics } from "./send-metrics.ts";

/** The region of the cell's whole run, while it is open. */
let wholeRun: MeteredRegion | undefined;
let regions = 0;

class MeteredRegion implements RegionProbe {
  readonly #region: string;
  readonly #start: MeterReading;

  constructor(region: string) {
    this.#region = region;
    this.#start = readMeter();
  }

  lap(): void {}

  awaits(): void {}

  end(): Record<string, number> {
    const end = readMeter();
    return this.#report(end);
  }

  abandon(): void {
    if (wholeRun === this) wholeRun = undefined;
  }

  #report(end: MeterReading): Record<string, number> {
    this.abandon();
    const start = this.#start;
    const metrics = { tracedAllocated: 0, tracedAllocations: 0 };
    const sites: [site: number, bytes: number, allocations: number][] = [];
    end.sums.bytes.forEach((sum, site) => {
      const bytes = sum - (start.sums.bytes[site] ?? 0);
      const allocations = (end.sums.counts[site] ?? 0) - (start.sums.counts[site] ?? 0);
      if (bytes === 0 || site === MEASURING_SITE) return;
      sites.push([site, bytes, allocations]);
      if (site < MEASURING_SITE) return;
      metrics.tracedAllocated += bytes;
      metrics.tracedAllocations += allocations;
    });
    const accuracy = {
      unseenCollections: end.unseenCollections - start.unseenCollections,
      pageCrossings: end.pageCrossings - start.pageCrossings,
      oldGenerationBytes: Math.max(0, end.oldGenerationBytes - start.oldGenerationBytes),
    };
    send({ type: "metered", region: this.#region, accuracy, sites });
    sendMetrics(this.#region, metrics, () =>
      accuracy.unseenCollections > 0 ? "unoptimised code; lower bound" : "unoptimised code",
    );
    return metrics;
  }
}

/** Probe `lines` with the engine `meter` (docs/measurement.md#meter). */
export const meteredLinesProbe: Probe = {
  repeats: false,
  warmsUp: true,
  startRegion: (region) => {
    const started = new MeteredRegion(region);
    if (++regions === 1) wholeRun = started;
    return started;
  },
  checkpoint: () => {},
  calibrate: () => {},
  // `process.exit()` leaves the region of the whole run open: it ends here.
  flush: () => {
    wholeRun?.end();
  },
};

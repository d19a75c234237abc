import { MEASURING_SITE } from "../../model/meter-sites.ts";
import { send } from "../channel.ts";
import { type MeterReading, readMeter, subtractReading } from "../meter/meter.ts";
import type { Probe, RegionProbe } from "../running-trial.ts";
import { sendMetrics } from "./send-metrics.ts";

/** Region of the whole cell, while open. */
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
    const { accuracy, sites } = subtractReading(end, this.#start);
    const own = sites.filter(([site]) => site > MEASURING_SITE);
    const metrics = {
      tracedAllocated: own.reduce((sum, [, bytes]) => sum + bytes, 0),
      tracedAllocations: own.reduce((sum, [, , allocations]) => sum + allocations, 0),
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
  // `process.exit()` leaves the region of the whole cell open; it ends here.
  flush: () => {
    wholeRun?.end();
  },
};

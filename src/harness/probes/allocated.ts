import type { Probe, RegionProbe, RunningTrial } from "../running-trial.ts";
import { Profile, sumAllocated } from "./collection-profile.ts";
import { describeTier } from "./compiler-tier.ts";
import { sendMetrics } from "./send-metrics.ts";

/** Empty regions are measured until this many in a row cost the same: V8 makes feedback and code for a path in steps. */
const AGREEING = 8;
const CALIBRATION_LIMIT = 40;

const profile = new Profile();
const empty = (): void => {};
const tier = describeTier(process.execArgv);
/** Bytes allocated by the cell since the process began; what the probe does at the bounds of regions is outside. */
let totalBytes = 0;
/** What an empty region allocates between the two bounds, in bytes. */
let emptyBytes = 0;
/** What it allocates in a region around it besides: before its start, and after its end. */
let innerBytes = 0;
let calibrating = false;
let openRegions = 0;

/** Every bound of a region ends one stretch and begins the next, so that regions may lie in one another or overlap. */
function readTotal(): number {
  if (openRegions > 0) totalBytes += sumAllocated(profile.cut());
  return totalBytes;
}

class AllocatedRegion implements RegionProbe {
  readonly #region: string;
  readonly #startBytes: number;

  constructor(region: string) {
    this.#region = region;
    this.#startBytes = readTotal();
    openRegions++;
    profile.start();
  }

  lap(): void {}

  awaits(): void {}

  end(): Record<string, number> {
    readTotal();
    totalBytes -= emptyBytes; // so that an outer region is rid of it as well
    const metrics = { allocated: totalBytes - this.#startBytes };
    if (!calibrating) sendMetrics(this.#region, metrics, () => tier);
    if (openRegions > 1) totalBytes -= innerBytes;
    this.#close();
    return metrics;
  }

  abandon(): void {
    readTotal();
    this.#close();
  }

  #close(): void {
    openRegions--;
    if (openRegions > 0) profile.start();
  }
}

async function calibrate(measure: RunningTrial["measure"]): Promise<void> {
  calibrating = true;
  for (let i = 0, same = 0; i < CALIBRATION_LIMIT && same < AGREEING; i++) {
    const { metrics } = await measure(empty);
    const found = metrics["allocated"] ?? 0;
    same = found === 0 ? same + 1 : 0;
    emptyBytes += found;
  }
  for (let i = 0, same = 0; i < CALIBRATION_LIMIT && same < AGREEING / 2; i++) {
    const { metrics } = await measure(() => measure(empty));
    const found = metrics["allocated"] ?? 0;
    same = found === 0 ? same + 1 : 0;
    innerBytes += found;
  }
  calibrating = false;
}

/**
 * Bytes allocated, freed ones included: the sum over all collections, with both ends (research/measurement.md, 4.3).
 * V8 counts a piece of old space as used when it takes it, whatever it puts there: a region may be some 150 KB over for it.
 */
export const allocatedProbe: Probe = {
  repeats: false,
  warmsUp: true,
  startRegion: (region) => new AllocatedRegion(region),
  checkpoint: () => {},
  calibrate,
  flush: () => {},
};

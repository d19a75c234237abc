import type { Probe, RegionProbe, RunningTrial } from "../running-trial.ts";
import { CollectionProfile, sumAllocated } from "./collection-profile.ts";
import { describeTier } from "./compiler-tier.ts";
import { sendMetrics } from "./send-metrics.ts";

/** Calibration measures empty regions until this many in a row cost the same: V8 allocates feedback and code in steps. */
const AGREEING = 8;
const CALIBRATION_LIMIT = 40;

const profile = new CollectionProfile();
const empty = (): void => {};
const tier = describeTier(process.execArgv);
/** Bytes that the cell has allocated since the process began, without the probe's own work at the bounds of regions. */
let totalBytes = 0;
/** Bytes that an empty region allocates between its two bounds. */
let emptyBytes = 0;
/** Bytes that an empty region adds to a region around it, before its start and after its end. */
let innerBytes = 0;
let calibrating = false;
let openRegions = 0;

/** Every bound of a region ends one profile and begins the next, so that regions can be nested and can overlap. */
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
    totalBytes -= emptyBytes; // from the total, so that an outer region does not contain them either
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
 * Bytes allocated, freed ones included: growth of the used bytes between collections, summed (docs/measurement.md#allocated).
 */
export const allocatedProbe: Probe = {
  repeats: false,
  warmsUp: true,
  startRegion: (region) => new AllocatedRegion(region),
  checkpoint: () => {},
  calibrate,
  flush: () => {},
};

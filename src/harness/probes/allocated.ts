import { LAST_MAJOR_WITH_WHOLE_PAGES } from "../../model/young-pages.ts";
import type { Probe, RegionProbe, RunningTrial } from "../running-trial.ts";
import { CollectionProfile, sumAllocated } from "./collection-profile.ts";
import { describeTier } from "./compiler-tier.ts";
import { sendMetrics } from "./send-metrics.ts";

/**
 * Calibration ends after this many empty regions in a row with the same cost, because V8 allocates feedback and code in
 * steps.
 */
const AGREEING = 8;
const CALIBRATION_LIMIT = 40;

const profile = new CollectionProfile();
const empty = (): void => {};
const tier = describeTier(process.execArgv);
/** Bytes that the cell has allocated since the process began, without the probe's own at starts and ends of regions. */
let totalBytes = 0;
/** Bytes that an empty region allocates between its start and end. */
let emptyBytes = 0;
/** Bytes that an empty region adds to a region around it: before its own start and after its own end. */
let innerBytes = 0;
let calibrating = false;
let openRegions = 0;

/** Loaded only on versions whose V8 counts a whole page of the young generation as used. */
let youngPage: typeof import("./young-page.ts") | undefined;

/**
 * Upper bound of bytes counted but not allocated, on Node 20 and 21. V8 counts the rest of a page as used when it
 * collects before the page is full: for large objects or external memory. `fillPage()` measures that rest at starts and
 * ends of regions only.
 */
let uncertainBytes = 0;
/** Share of `allocated` above which the note of a reading mentions the uncertain bytes. */
const NOTED_SHARE = 0.0005;

/** Calls of `fillPage()` before the first region. */
const FILLED_FIRST = 20;

async function loadFilling(): Promise<void> {
  if (Number.parseInt(process.versions.node, 10) > LAST_MAJOR_WITH_WHOLE_PAGES) return;
  youngPage = await import("./young-page.ts");
  // Called until V8 has optimised the function, which then allocates one number fewer.
  for (let i = 0; i < FILLED_FIRST; i++) youngPage.fillPage();
}

/** Ends the profile and returns the bytes allocated since it began. */
function cutProfile(): number {
  const filled = youngPage?.fillPage();
  const steps = profile.cut();
  if (youngPage === undefined || filled === undefined) return sumAllocated(steps);
  uncertainBytes += steps.slice(1, -1).filter(({ early }) => early === true).length * youngPage.pageBytes;
  return sumAllocated(filled.collected ? steps.slice(0, -1) : steps) - filled.unusedBytes - filled.nextBytes;
}

function describe(allocated: number, uncertain: number): string {
  if (uncertain === 0 || uncertain <= NOTED_SHARE * allocated) return tier;
  return `${tier}; up to ${uncertain.toLocaleString("en")} B too many, which this version of V8 counts at collections`;
}

/**
 * Returns the bytes allocated so far. Each start or end of a region ends one profile and begins the next, so that
 * regions can be nested or overlap.
 */
function readTotal(): number {
  if (openRegions > 0) totalBytes += cutProfile();
  return totalBytes;
}

class AllocatedRegion implements RegionProbe {
  readonly #region: string;
  readonly #startBytes: number;
  readonly #startUncertain: number;

  constructor(region: string) {
    this.#region = region;
    this.#startBytes = readTotal();
    this.#startUncertain = uncertainBytes;
    openRegions++;
    profile.start();
  }

  lap(): void {}

  awaits(): void {}

  end(): Record<string, number> {
    readTotal();
    totalBytes -= emptyBytes; // subtracted from the total, so that outer regions do not contain them either
    const metrics = { allocated: totalBytes - this.#startBytes };
    if (!calibrating) {
      const note = describe(metrics.allocated, uncertainBytes - this.#startUncertain);
      sendMetrics(this.#region, metrics, () => note);
    }
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
  await loadFilling();
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
 * Bytes allocated in a region, freed ones included: the sum of the growth of used bytes between collections
 * (docs/measurement.md#allocated).
 */
export const allocatedProbe: Probe = {
  repeats: false,
  warmsUp: true,
  startRegion: (region) => new AllocatedRegion(region),
  checkpoint: () => {},
  calibrate,
  flush: () => {},
};

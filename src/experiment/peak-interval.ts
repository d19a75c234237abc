import {
  FINE_PEAK,
  PEAK_NOISE_BYTES,
  type PeakRegionPass,
  type PeakTolerance,
  SCOUT_SLACK,
} from "../model/peak-pass.ts";

/** Bounds of the peak of one region, joined from several passes. */
export interface PeakInterval {
  readonly region: string;
  /** Index of the region in the order of starts, from 0. */
  readonly index: number;
  /** Bounds of the peak in bytes above the region's base. If the passes differ, the range of all their bounds. */
  readonly lowBytes: number;
  readonly highBytes: number;
  /** Whether the bounds of all passes are compatible, so that the program has the same peak in every process. */
  readonly repeats: boolean;
  /** Number of processes. */
  readonly passes: number;
  /** Whether the bounds are as close as the finest tolerance can bring them. */
  readonly isNarrow: boolean;
}

type Bounds = Pick<PeakInterval, "lowBytes" | "highBytes">;

function toleranceBytes({ tolerance, floorBytes }: PeakTolerance, lowBytes: number): number {
  return Math.max(tolerance * lowBytes, floorBytes);
}

/**
 * Live bytes above which the next pass forces collections. It is below the known peak by the pass's tolerance and by
 * the noise of two readings, so that the pass meets the same peak.
 */
export function startOf({ lowBytes }: Pick<PeakInterval, "lowBytes">, next: PeakTolerance): number {
  return Math.max(0, Math.floor(lowBytes - toleranceBytes(next, lowBytes) - 2 * PEAK_NOISE_BYTES));
}

/**
 * Bounds for unoptimised code, from a scout's bounds for optimised code: moved outwards by the largest possible
 * difference.
 */
export function widenScouted(interval: PeakInterval): PeakInterval {
  const slack = Math.max(SCOUT_SLACK.share * interval.highBytes, SCOUT_SLACK.bytes);
  const lowBytes = Math.max(0, interval.lowBytes - slack);
  return { ...interval, lowBytes, highBytes: interval.highBytes + slack, isNarrow: false };
}

/**
 * Whether the bounds of two processes overlap, within noise, so that both may have had the same peak of the same
 * region.
 */
export function canBeEqual(a: Bounds & Pick<PeakInterval, "region">, b: typeof a): boolean {
  const noise = 2 * PEAK_NOISE_BYTES;
  return a.region === b.region && a.lowBytes <= b.highBytes + noise && b.lowBytes <= a.highBytes + noise;
}

/** Whether the bounds are so far apart that a pass with this tolerance could bring them closer. */
export function isWiderThan({ lowBytes, highBytes }: Bounds, tolerance: PeakTolerance): boolean {
  return highBytes - lowBytes > 1.5 * toleranceBytes(tolerance, lowBytes);
}

function isNarrow(bounds: Bounds): boolean {
  return !isWiderThan(bounds, FINE_PEAK);
}

/**
 * Joins the bounds that are known so far with the bounds of one more process, region by region.
 *
 * @param known bounds so far; empty before the first pass
 */
export function joinPasses(known: readonly PeakInterval[], passes: readonly PeakRegionPass[]): PeakInterval[] {
  if (known.length === 0) return passes.map((pass) => ({ ...toInterval(pass), passes: 1 }));
  const byIndex = new Map(passes.map((pass) => [pass.index, pass]));
  return known.map((interval) => joinPass(interval, byIndex.get(interval.index)));
}

function toInterval({ region, index, lowBytes, highBytes }: PeakRegionPass): Omit<PeakInterval, "passes"> {
  const bounds = { lowBytes, highBytes };
  return { region, index, ...bounds, repeats: true, isNarrow: isNarrow(bounds) };
}

/**
 * Joins the bounds of two processes. If both can have the same peak, the peak lies between the larger lower bound and
 * the smaller upper bound. A pass may miss a peak between two ticks, but its upper bound contains the peak all the
 * same. If the bounds exclude each other, the result is the range of both.
 */
function joinPass(known: PeakInterval, pass: PeakRegionPass | undefined): PeakInterval {
  // The region does not occur in this process, or has another position in the order of starts.
  if (pass === undefined || pass.region !== known.region) return { ...known, repeats: false };
  const passes = known.passes + 1;
  if (!known.repeats || !canBeEqual(known, pass)) {
    const lowBytes = Math.min(known.lowBytes, pass.lowBytes);
    const highBytes = Math.max(known.highBytes, pass.highBytes);
    return { ...known, lowBytes, highBytes, repeats: false, passes };
  }
  const lowBytes = Math.max(known.lowBytes, pass.lowBytes);
  const bounds = { lowBytes, highBytes: Math.max(lowBytes, Math.min(known.highBytes, pass.highBytes)) };
  return { ...known, ...bounds, isNarrow: isNarrow(bounds), passes };
}

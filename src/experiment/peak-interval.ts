import { PEAK_FLOOR_BYTES, PEAK_NOISE_BYTES, PEAK_TOLERANCES, type PeakRegionPass } from "../model/peak-pass.ts";

/** How many tolerances a pass starts below what the one before found: more than one, so that it must meet the same peak itself. */
const START_TOLERANCES = 1.25;

/** What is known of the peak of one region after some passes. */
export interface PeakInterval {
  readonly region: string;
  /** Place in the order of starts, from 0. */
  readonly index: number;
  /** Bounds of the peak of every process, in bytes above the region's base; the range of all passes where they differ. */
  readonly lowBytes: number;
  readonly highBytes: number;
  /** Whether the bounds of all passes agree: the program does the same in every process. */
  readonly repeats: boolean;
  /** Number of processes. */
  readonly passes: number;
  /** Whether the bounds are as close to each other as the finest tolerance makes them. */
  readonly isNarrow: boolean;
}

function fineTolerance(lowBytes: number): number {
  return Math.max(PEAK_TOLERANCES[1] * lowBytes, PEAK_FLOOR_BYTES);
}

/** Live bytes from which the next pass looks for more. */
export function startOf({ lowBytes }: Pick<PeakInterval, "lowBytes">): number {
  return Math.max(0, Math.floor(lowBytes - START_TOLERANCES * fineTolerance(lowBytes)));
}

type Bounds = Pick<PeakInterval, "lowBytes" | "highBytes">;

function isNarrow({ lowBytes, highBytes }: Bounds): boolean {
  return highBytes - lowBytes <= 1.5 * fineTolerance(lowBytes);
}

/**
 * Joins what is known with the bounds that one more process found, region by region.
 *
 * @param known empty before the first pass
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

/** Both bound the peak of their own processes. If these cannot be the same peak, the region has no one peak. */
function joinPass(known: PeakInterval, pass: PeakRegionPass | undefined): PeakInterval {
  // A process in which the region does not occur, or comes in another order.
  if (pass === undefined || pass.region !== known.region) return { ...known, repeats: false };
  const passes = known.passes + 1;
  const noise = 2 * PEAK_NOISE_BYTES;
  const excluded = pass.lowBytes > known.highBytes + noise || pass.highBytes < known.lowBytes - noise;
  const missed = pass.lowBytes < startOf(known) - noise;
  if (excluded || missed || !known.repeats) {
    const lowBytes = Math.min(known.lowBytes, pass.lowBytes);
    const highBytes = Math.max(known.highBytes, pass.highBytes);
    return { ...known, lowBytes, highBytes, repeats: false, passes };
  }
  const isBetter = pass.highBytes - pass.lowBytes < known.highBytes - known.lowBytes;
  return isBetter ? { ...toInterval(pass), passes } : { ...known, passes };
}

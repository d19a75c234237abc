import {
  FINE_PEAK,
  PEAK_NOISE_BYTES,
  type PeakRegionPass,
  type PeakTolerance,
  SCOUT_SLACK,
} from "../model/peak-pass.ts";

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

type Bounds = Pick<PeakInterval, "lowBytes" | "highBytes">;

function toleranceBytes({ tolerance, floorBytes }: PeakTolerance, lowBytes: number): number {
  return Math.max(tolerance * lowBytes, floorBytes);
}

/**
 * Live bytes from which the next pass looks for more: less than was found by more than its tolerance and what two readings may be
 * off, so that the pass must meet the same peak itself.
 */
export function startOf({ lowBytes }: Pick<PeakInterval, "lowBytes">, next: PeakTolerance): number {
  return Math.max(0, Math.floor(lowBytes - toleranceBytes(next, lowBytes) - 2 * PEAK_NOISE_BYTES));
}

/** What a scout knows of the peak of code that V8 does not optimise: its bounds, moved outwards. */
export function widenScouted(interval: PeakInterval): PeakInterval {
  const slack = Math.max(SCOUT_SLACK.share * interval.highBytes, SCOUT_SLACK.bytes);
  const lowBytes = Math.max(0, interval.lowBytes - slack);
  return { ...interval, lowBytes, highBytes: interval.highBytes + slack, isNarrow: false };
}

/** Whether two processes can have had the same peak of the same region. */
export function canBeEqual(a: Bounds & Pick<PeakInterval, "region">, b: typeof a): boolean {
  const noise = 2 * PEAK_NOISE_BYTES;
  return a.region === b.region && a.lowBytes <= b.highBytes + noise && b.lowBytes <= a.highBytes + noise;
}

/** Whether the bounds are so far apart that a pass with the given tolerance could bring them closer. */
export function isWiderThan({ lowBytes, highBytes }: Bounds, tolerance: PeakTolerance): boolean {
  return highBytes - lowBytes > 1.5 * toleranceBytes(tolerance, lowBytes);
}

function isNarrow(bounds: Bounds): boolean {
  return !isWiderThan(bounds, FINE_PEAK);
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

/**
 * Both bound the peak of their own processes. Where these can be the same peak, it lies between the higher of the lower bounds and
 * the lower of the upper ones. A pass may miss a peak between two of its ticks: its upper bound contains the peak all the same.
 */
function joinPass(known: PeakInterval, pass: PeakRegionPass | undefined): PeakInterval {
  // A process in which the region does not occur, or comes in another order.
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

/**
 * One pass of the search for the true peak of live bytes: one process, whose code has ticks (docs/measurement.md#true-peak).
 */
export interface PeakPassInstructions {
  /** Tolerance as a share of the largest live size found. */
  readonly tolerance: number;
  /** Tolerance in bytes, where the share is less. */
  readonly floorBytes: number;
  /**
   * For each region, in the order of their starts: live bytes below which nothing is collected, from what an earlier pass found. Empty
   * for a pass that starts from nothing.
   */
  readonly startBytes: readonly number[];
  /** Stretches of ticks, by number, in which an earlier pass overshot its tolerance: in each every tick is read, before a short one all garbage is collected. */
  readonly closely: readonly (readonly [from: number, to: number])[];
  /** Whether V8 may collect by itself, so that V8's record of its collections is needed. It takes as long as a minor collection. */
  readonly recordsCollections: boolean;
}

/** What a pass found of one region. */
export interface PeakRegionPass {
  readonly region: string;
  /** Place in the order of starts, from 0. */
  readonly index: number;
  /** The largest live size found at a collection, in bytes above the region's base; below `startBytes` where that was not reached. */
  readonly lowBytes: number;
  /** No live size at any moment was larger, in bytes above the region's base. */
  readonly highBytes: number;
  /** Whether V8 collected by itself during the region; false where the pass does not record collections. */
  readonly collectedByItself: boolean;
  /** Stretches of ticks after which the bytes in use exceeded the tolerance by more than a quarter of it. */
  readonly overshoots: readonly (readonly [from: number, to: number])[];
}

/**
 * Most ticks of a short stretch, before which all garbage is collected. A single tick would do, but passes differ by some hundred bytes, so
 * that each shows other single ticks.
 */
export const SHORT_STRETCH = 4;

/** How closely a pass looks: the larger of a share of the largest live size found, and of bytes. */
export type PeakTolerance = Pick<PeakPassInstructions, "tolerance" | "floorBytes">;

/** Of the first process, which finds about where the peak is. */
export const SCOUT_PEAK: PeakTolerance = { tolerance: 0.1, floorBytes: 128 * 1024 };
/** Of the one after it, where the first left the bounds wider than this: steps of 0.1 % all the way up would be hundreds of collections. */
export const NEAR_PEAK: PeakTolerance = { tolerance: 0.01, floorBytes: 256 * 1024 };
/** Of the passes that start near the peak, and of the result. */
export const FINE_PEAK: PeakTolerance = { tolerance: 0.001, floorBytes: 16 * 1024 };
/**
 * How far the live bytes of code that V8 optimises may be from those of the same code when it does not: the data that V8 keeps for its
 * optimised code, and the piece of memory from which it allocates, which counts as used. The larger of a share and of bytes.
 */
export const SCOUT_SLACK = { share: 0.005, bytes: 256 * 1024 } as const;
/**
 * A pass that meets live sizes far above its start looks less closely there, by this share of the distance: steps of 0.1 % all the way up
 * would be hundreds of collections. Near is a share of the start and a number of `floorBytes`: what scouts may be off.
 */
export const FAR_PEAK = {
  share: 1 / 4,
  nearShare: SCOUT_SLACK.share,
  nearFloors: SCOUT_SLACK.bytes / FINE_PEAK.floorBytes,
} as const;
/** Of the passes of a program that does not repeat, none of which can start from what another found. */
export const VARYING_PEAK: PeakTolerance = { tolerance: 0.02, floorBytes: 16 * 1024 };
/**
 * What a reading may be off, in bytes: V8 makes feedback and other data of its own while a program runs, and rounds the spaces that
 * it has taken. Bounds are moved outwards by it.
 */
export const PEAK_NOISE_BYTES = 8 * 1024;
/** Of the lower bound in code that V8 optimises: beside a peak of some 20 KB the data that V8 keeps for its optimised code were 58 KB. */
export const OPTIMISED_NOISE_BYTES = 128 * 1024;

/**
 * Instructions for one pass of the search for the peak of live bytes. A pass is one process that runs the cell with
 * ticks, calls after each statement that read the bytes in use (docs/measurement.md#true-peak).
 */
export interface PeakPassInstructions {
  /** Tolerance of the peak as a share, 0…1, of the largest live size found. */
  readonly tolerance: number;
  /** Smallest tolerance in bytes, used where the share gives less. */
  readonly floorBytes: number;
  /**
   * For each region, in the order of their starts: live bytes below which the pass forces no collection, derived from
   * an earlier pass. Empty for a first pass.
   */
  readonly startBytes: readonly number[];
  /**
   * Ranges of tick numbers in which an earlier pass overshot its tolerance. The pass reads every tick in them, and
   * collects all garbage before a short range.
   */
  readonly closely: readonly (readonly [from: number, to: number])[];
  /**
   * Whether V8 may collect unplanned, so that the pass must record V8's collections. Recording takes as long as a minor
   * collection.
   */
  readonly recordsCollections: boolean;
}

/** Result of a pass for one region. */
export interface PeakRegionPass {
  readonly region: string;
  /** Index of the region in the order of starts, from 0. */
  readonly index: number;
  /**
   * Lower bound of the peak: the largest live size read at a collection, in bytes above the region's base. Below
   * `startBytes` where the pass found no size that large.
   */
  readonly lowBytes: number;
  /** Upper bound of the peak: no live size at any moment was larger. In bytes above the region's base. */
  readonly highBytes: number;
  /** Whether V8 ran an unplanned collection during the region; false where the pass does not record collections. */
  readonly collectedByItself: boolean;
  /**
   * Ranges of ticks at whose end the bytes in use exceeded the ceiling (largest live size known, plus the tolerance) by
   * more than a quarter of the tolerance.
   */
  readonly overshoots: readonly (readonly [from: number, to: number])[];
}

/**
 * Largest number of ticks in a short range, before which a pass collects all garbage. More than 1, because passes
 * differ by some hundred bytes and so report slightly different ticks.
 */
export const SHORT_STRETCH = 4;

/** Accuracy of a pass: the larger of a share of the largest live size found, and a number of bytes. */
export type PeakTolerance = Pick<PeakPassInstructions, "tolerance" | "floorBytes">;

/** Accuracy of the scout, the first process, which finds roughly where the peak is. */
export const SCOUT_PEAK: PeakTolerance = { tolerance: 0.1, floorBytes: 128 * 1024 };
/**
 * Accuracy of the second process, which runs where the first left wider bounds than this. Going to 0.1 % at once would
 * take hundreds of collections.
 */
export const NEAR_PEAK: PeakTolerance = { tolerance: 0.01, floorBytes: 256 * 1024 };
/** Accuracy of the passes that start near the peak, and of the final bounds. */
export const FINE_PEAK: PeakTolerance = { tolerance: 0.001, floorBytes: 16 * 1024 };
/**
 * Largest difference in live bytes between optimised and unoptimised runs of the same code: the larger of a share and a
 * number of bytes. It comes from V8's data for optimised code, and from its allocation buffer, which counts as used.
 */
export const SCOUT_SLACK = { share: 0.005, bytes: 256 * 1024 } as const;
/**
 * Reduced accuracy of a pass that meets live sizes far above its start: the tolerance is `share` of the distance to the
 * near sizes, because steps of 0.1 % would be hundreds of collections. Sizes up to
 * `(1 + nearShare) · start + nearFloors · floorBytes` count as near, because a scout may be off by that much.
 */
export const FAR_PEAK = {
  share: 1 / 4,
  nearShare: SCOUT_SLACK.share,
  nearFloors: SCOUT_SLACK.bytes / FINE_PEAK.floorBytes,
} as const;
/**
 * Accuracy of the passes over a program whose peak differs between processes. Such passes cannot start from the peak of
 * an earlier one.
 */
export const VARYING_PEAK: PeakTolerance = { tolerance: 0.02, floorBytes: 16 * 1024 };
/**
 * Possible error of a reading, in bytes: V8 makes feedback and other data while a program runs, and rounds the sizes of
 * its spaces. Both bounds are moved outwards by this number.
 */
export const PEAK_NOISE_BYTES = 8 * 1024;
/**
 * Possible error of the lower bound in optimised code, in bytes: beside a peak of some 20 KB, V8's data for optimised
 * code were 58 KB.
 */
export const OPTIMISED_NOISE_BYTES = 128 * 1024;

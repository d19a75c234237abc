/** Metrics: one reading in one trial, and the summary of a variant's readings over its trials. */

import type { ProbeName } from "./probes.ts";

/** Direction of a metric that is an improvement. */
export type Better = "lower" | "higher" | "neither";

/** One reading of one metric in one trial. */
export interface MetricReading {
  readonly id: string;
  /** Name of the `measure()` region; empty for the unnamed region and for `metric()`. */
  readonly region: string;
  readonly value: number;
  /**
   * `B`, `ms`, `count`, `%`, `ratio` or the cell's own. Only a metric that the cell reports by `metric()` has a unit and a
   * direction here; those of a built-in metric stand in the metric table (`results/metric-catalog.ts`) alone.
   */
  readonly unit?: string | undefined;
  readonly better?: Better | undefined;
  /** Condition under which the metric was read, in a few words: `optimised code`, `cold`. */
  readonly note?: string | undefined;
  /** Of the bounds of a peak that is not the same in every process: the confidence, 0…1, that its median is within them. */
  readonly confidence?: number | undefined;
}

/** A metric of one variant over its trials. */
export interface MetricSummary {
  readonly id: string;
  readonly region: string;
  readonly label: string;
  /** `B`, `ms`, `count`, `%`, `ratio` or the cell's own. */
  readonly unit: string;
  readonly better: Better;
  /** Probe whose trials read the metric. */
  readonly probe: ProbeName;
  /**
   * `exact`: a deterministic probe whose trials, two or more, agree. `bounds`: a peak that was searched for, which lies between
   * `low` and `high`. `distribution`: median, and an interval of it.
   */
  readonly mode: "exact" | "bounds" | "distribution";
  /** The agreed value, or the median; of bounds the lower one: the largest size that was seen. */
  readonly value: number;
  /**
   * Ends of the order-statistic interval of the median, widened by `systematicError` on either side, or the bounds; both equal `value` in
   * exact mode and for a single sample.
   */
  readonly low: number;
  readonly high: number;
  /** Confidence of the interval, 0…1; 1 in exact mode and of bounds that hold for certain, and 0 for a single sample. */
  readonly confidence: number;
  /** One value for each trial, in the order of the trials; of bounds `low` alone. */
  readonly samples: readonly number[];
  /**
   * Largest systematic error of the samples, in the unit, > 0: the true value lies this far from them at most, on either side, in every
   * trial. Only of `tracedLive` with the engine `sampler`; 0 where absent.
   */
  readonly systematicError?: number | undefined;
  /** Condition under which the metric was read, in a few words: `optimised code`, `cold`. */
  readonly note?: string | undefined;
}

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
   * `B`, `ms`, `count`, `%`, `ratio` or the cell's own. Given only for metrics that the cell reports by `metric()`. For
   * built-in metrics the metric table (`results/metric-catalog.ts`) has unit and direction.
   */
  readonly unit?: string | undefined;
  readonly better?: Better | undefined;
  /** Condition under which the metric was read, in a few words: `optimised code`, `cold`. */
  readonly note?: string | undefined;
  /**
   * Confidence, 0…1, that the median peak lies within the bounds. Only for bounds of a peak that differs between
   * processes.
   */
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
   * - `exact`: a deterministic probe whose two or more trials agree.
   * - `bounds`: the value lies between `low` and `high`: a searched peak, or the sum of a line profile with code that is
   *   counted too much.
   * - `distribution`: the median of the trials, and a confidence interval of the median.
   */
  readonly mode: "exact" | "bounds" | "distribution";
  /**
   * The agreed value in mode `exact`, the median in mode `distribution`, in mode `bounds` a peak's lower bound
   * (largest size seen) or the sum that was measured.
   */
  readonly value: number;
  /**
   * Ends of the order-statistic interval of the median, widened by `systematicError` on either side, or the bounds; both equal `value` in
   * exact mode and for a single sample.
   */
  readonly low: number;
  readonly high: number;
  /** Confidence of the interval, 0…1. 1 in mode `exact` and for certain bounds; 0 for a single sample. */
  readonly confidence: number;
  /** One value for each trial, in the order of the trials. Of a searched peak only `low`. */
  readonly samples: readonly number[];
  /**
   * Largest systematic error of the samples, in the metric's unit, > 0; absent for 0. In every trial the true value
   * lies within this distance on either side. Only for `tracedLive` with the engine `sampler`, and for line profiles with
   * code that is counted too much.
   */
  readonly systematicError?: number | undefined;
  /** Condition under which the metric was read, in a few words: `optimised code`, `cold`. */
  readonly note?: string | undefined;
}

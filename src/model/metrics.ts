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
  /** `exact`: all trials agree. `distribution`: a median with its interval. */
  readonly mode: "exact" | "distribution";
  /** The agreed value, or the median. */
  readonly value: number;
  /** Ends of the order-statistic interval of the median; both equal `value` in exact mode. */
  readonly low: number;
  readonly high: number;
  /** Confidence of the interval, 0…1: 1 in exact mode, 0 for a single sample that need not repeat. */
  readonly confidence: number;
  /** One value for each trial, in the order of the trials. */
  readonly samples: readonly number[];
  /** Condition under which the metric was read, in a few words: `optimised code`, `cold`. */
  readonly note?: string | undefined;
}

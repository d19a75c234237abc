import type { ProbeName } from "./probes.ts";

/** Which direction of a metric is an improvement. */
export type Better = "lower" | "higher" | "neither";

/** One reading of one metric in one trial. */
export interface MetricReading {
  readonly id: string;
  /** Name of the `measure()` region; empty for the unnamed one and for `metric()` outside regions. */
  readonly region: string;
  readonly value: number;
  /** `B`, `ms`, `count`, `%`, `ratio` or the cell's own. */
  readonly unit: string;
  readonly better: Better;
  /** Under what condition it was read, in a few words: `optimised code`, `cold`. */
  readonly note?: string | undefined;
}

/** A metric of one variant over its trials. */
export interface MetricSummary {
  readonly id: string;
  readonly region: string;
  readonly label: string;
  readonly unit: string;
  readonly better: Better;
  /** Probe whose trials gave it. */
  readonly probe: ProbeName;
  /** `exact`: a deterministic probe whose trials, two or more, agree. `distribution`: median, and an interval of it. */
  readonly mode: "exact" | "distribution";
  /** The agreed value, or the median. */
  readonly value: number;
  /** Ends of the order-statistic interval of the median; both equal to `value` in exact mode. */
  readonly low: number;
  readonly high: number;
  /** Confidence of the interval, 0…1; 1 in exact mode, and 0 for a single sample. */
  readonly confidence: number;
  /** Every trial's value, in the order they ran. */
  readonly samples: readonly number[];
  /** Under what condition it was read, in a few words: `optimised code`, `cold`. */
  readonly note?: string | undefined;
}

/** Claims: the estimate, its test, the verdict, and the recorded value of a source. */

/** An interval, and the probability that it covers the estimated value. */
export interface ConfidenceInterval {
  readonly low: number;
  readonly high: number;
  /** Probability, 0…1, that the interval covers the estimated value. */
  readonly confidence: number;
}

/** A value of a claim with its interval; `low` and `high` equal `value` where it is exact. */
export interface ClaimEstimate {
  /** Name of the estimate, in a few words: `ratio of peak live memory`; empty for a plain number. */
  readonly label: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /**
   * Confidence of the interval, 0…1. 1 for an exact value; 0 for an unknown interval (too few trials, or a divisor that
   * may be 0); null where the cell gave a plain number or its own ends.
   */
  readonly confidence: number | null;
  /** `B`, `ms`, `count`, `%`, `ratio` or the cell's own; empty for a plain number. */
  readonly unit: string;
}

/** The test of a claim, in the estimate's unit. `between` and `equal` include their ends. */
export type ClaimTest =
  | { readonly kind: "above" | "below"; readonly bound: number }
  | { readonly kind: "between"; readonly low: number; readonly high: number }
  | { readonly kind: "equal"; readonly bound: number; readonly tolerance: number };

/** `undecided`: the interval of the estimate holds values that pass the test and others, or its confidence is below 95 %. */
export type Verdict = "holds" | "fails" | "undecided";

/** The value that the source of a claim reported, in the estimate's unit. */
export interface RecordedValue {
  readonly value: number;
  /** Name of the source; `recorded` by default. */
  readonly label: string;
}

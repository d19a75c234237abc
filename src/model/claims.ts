/** An interval, and the probability that it covers the estimated value. */
export interface ConfidenceInterval {
  readonly low: number;
  readonly high: number;
  /** 0…1 */
  readonly confidence: number;
}

/** A value of a claim with its interval; `low` and `high` equal `value` where it is exact. */
export interface ClaimEstimate {
  /** What it is, in a few words: `ratio of peak live memory`; empty for a plain number. */
  readonly label: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** 0…1: 1 for an exact value, 0 for a single trial, which has no interval; null where the cell gave a number or ends itself. */
  readonly confidence: number | null;
  /** `B`, `ms`, `count`, `%`, `ratio` or the cell's own; empty for a plain number. */
  readonly unit: string;
}

/** What a claim says of its estimate, in the estimate's unit. `between` and `equal` include their ends. */
export type ClaimTest =
  | { readonly kind: "above" | "below"; readonly bound: number }
  | { readonly kind: "between"; readonly low: number; readonly high: number }
  | { readonly kind: "equal"; readonly bound: number; readonly tolerance: number };

/** `undecided`: the interval of the estimate holds values that pass the test and others, or its confidence is below 95 %. */
export type Verdict = "holds" | "fails" | "undecided";

/** What the source of a claim found, in the estimate's unit. */
export interface RecordedValue {
  readonly value: number;
  /** What the report calls the source; `recorded` by default. */
  readonly label: string;
}

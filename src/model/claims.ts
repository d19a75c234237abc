/** Claims: the estimate, its test, the verdict, and the recorded value of a source. */

/** The value that a claim is about, with its interval; `low` and `high` equal an exact `value`. */
export interface ClaimEstimate {
  /** Name of the estimate, in a few words: `ratio of peak live memory`; empty for a plain number. */
  readonly label: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Confidence of the interval, 0…1: 1 if exact, 0 for a single trial that need not repeat; null if the cell set the ends. */
  readonly confidence: number | null;
  /** `B`, `ms`, `count`, `%`, `ratio` or the cell's own; empty for a plain number. */
  readonly unit: string;
}

/** The test of a claim, in the estimate's unit. `between` and `equal` include their ends. */
export type ClaimTest =
  | { readonly kind: "above" | "below"; readonly bound: number }
  | { readonly kind: "between"; readonly low: number; readonly high: number }
  | { readonly kind: "equal"; readonly bound: number; readonly tolerance: number };

/** Result of a claim's test. `undecided`: the test holds for some values of the estimate's interval and not for others. */
export type Verdict = "holds" | "fails" | "undecided";

/** The value that the source of a claim reported, in the estimate's unit. */
export interface RecordedValue {
  readonly value: number;
  /** Name of the source; `recorded` by default. */
  readonly label: string;
}

/**
 * Code of which an engine counts more than the program allocates (docs/measurement.md#what-instrumentation-adds).
 * - `async-function`, `generator`, `async-generator`: V8 keeps the registers of such a function beside its object, and
 *   calls of markers need more of them.
 * - `promise-all`: V8's tracker reports 48 B too much for each element of `Promise.all()` that is no promise.
 * - `async-return`: the same for `return()` of an async generator.
 * - `for-await`: the same for a `for await` that is left early, or that iterates over a plain iterator.
 */
export const INEXACT_KINDS = [
  "async-function",
  "generator",
  "async-generator",
  "promise-all",
  "async-return",
  "for-await",
] as const;

export type InexactKind = (typeof INEXACT_KINDS)[number];

/** Code of which a profile has at most these amounts too much. */
export interface InexactPlace {
  readonly file: string;
  readonly line: number;
  readonly kind: InexactKind;
  /** Most allocated bytes that are counted too much, ≥ 0. */
  readonly allocatedBytes: number;
  /** Most allocations that are counted too much, ≥ 0. */
  readonly allocations: number;
  /** Most live bytes that are counted too much; below 0 for a line that freed more than it allocated. */
  readonly liveBytes: number;
}

/** Most bytes of a whole profile that are counted too much. Absent where nothing is. */
export interface Surplus {
  readonly surplusBytes?: number | undefined;
}

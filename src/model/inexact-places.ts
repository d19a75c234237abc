/**
 * Code of which an engine may count more or less than the program allocates (docs/measurement.md#what-instrumentation-changes).
 * - `async-function`, `generator`, `async-generator`: V8 keeps the registers of such a function beside its object, and
 *   with markers there are more or fewer of them.
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

/** Code of which a profile may be off by at most these amounts. */
export interface InexactPlace {
  readonly file: string;
  readonly line: number;
  readonly kind: InexactKind;
  /** Most allocated bytes that are counted too much or too little, ≥ 0. */
  readonly allocatedBytes: number;
  /** Most allocations that are counted too much, ≥ 0. */
  readonly allocations: number;
  /** Most live bytes that are counted too much or too little, ≥ 0. */
  readonly liveBytes: number;
}

/** Most bytes by which a whole profile may be off. Absent for 0. */
export interface ErrorBound {
  readonly errorBoundBytes?: number | undefined;
}

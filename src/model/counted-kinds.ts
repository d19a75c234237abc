/**
 * Kinds of allocations that no marker function can wrap. Instrumented code counts these allocations instead; metered
 * code names a kind by its index in this list.
 * - `thunk`: an arrow function that the instrumentation adds; its bytes are not the author's.
 * - `yield`: the result object of a generator.
 * - `await`: V8's objects for waiting for a value that is not a promise; `await-promise`: the same for a native
 *   promise.
 * - `async-yield`, `for-await`, and `delegate` (a step of `yield*` in an async generator): their size is not measured separately.
 */
export const COUNTED_KINDS = [
  "thunk",
  "arrow",
  "function",
  "async-function",
  "generator-function",
  "async-generator-function",
  "method",
  "yield",
  "async-yield",
  "await",
  "await-promise",
  "for-await",
  "delegate",
] as const;

export type CountedKind = (typeof COUNTED_KINDS)[number];

/**
 * Number at which the first part of a counter restarts at 0. A counter is two small integers, because counting must not
 * allocate: the count modulo this number, and the number of restarts.
 */
export const COUNTER_RANGE = 2 ** 30;

/** Name of the size of what an async generator makes up to its first step of `yield*`. No kind: it is compared with what V8's tracker has. */
export const DELEGATING_CALL = "delegating-call";

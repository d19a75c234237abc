/**
 * Kinds of allocations that no marker can hold, so that instrumented code counts them. Metered code names a kind by its index.
 * A `thunk` is an arrow function that the instrumentation adds: its bytes are not the author's. `yield` is the result object of
 * a generator. `async-yield` and `await` come with promises, whose sizes differ between versions of V8.
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
] as const;

export type CountedKind = (typeof COUNTED_KINDS)[number];

/**
 * A counter is two small integers, since counting must allocate nothing: the first counts up to this number, the second
 * counts how often the first was set back to 0.
 */
export const COUNTER_RANGE = 2 ** 30;

/**
 * Kinds of allocations that no marker can hold, so that instrumented code counts them. Metered code names a kind by its index.
 * A `thunk` is an arrow function that the instrumentation adds: its bytes are not the author's. `yield` is the result object of
 * a generator. `await` is what V8 makes to wait for a value that is no promise, `await-promise` for one of V8's own promises. What it makes
 * for `async-yield`, a step of `for await` and one of `yield*` in an async generator (`delegate`) has no size of its own.
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
 * A counter is two small integers, since counting must allocate nothing: the first counts up to this number, the second
 * counts how often the first was set back to 0.
 */
export const COUNTER_RANGE = 2 ** 30;

/** Name of the size of what an async generator makes up to its first step of `yield*`. No kind: it is compared with what V8's tracker has. */
export const DELEGATING_CALL = "delegating-call";

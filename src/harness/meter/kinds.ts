/** Allocations that no marker can hold, in the order of the numbers by which metered code names them. */
export const METERED_KINDS = [
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

export type MeteredKind = (typeof METERED_KINDS)[number];

import type { ProbeName } from "./probes.ts";
import type { Failure } from "./report-results.ts";

/**
 * Whether a failure of a probe's trial is one of the cell. A bracket is not asked for by the author, collects at every MB, and
 * may so take far longer than the cell's timeout: then there is none.
 */
export function countsAsFailure(probe: ProbeName): boolean {
  return probe !== "bracket";
}

/**
 * Whether a trial that failed need not be tried again: a probe of ours asked more than the limits of the cell allow, in time
 * or in heap, and will again. What a cell throws, or how it ends by itself, is never kept, under whatever probe.
 */
export function isKeptFailure(probe: ProbeName, failure: Failure): boolean {
  return !countsAsFailure(probe) && (failure.kind === "timeout" || failure.kind === "heap-limit");
}

/** Whether it would fail again with this timeout, which is no part of what a result is stored under. */
export function failsWithin(timeoutMs: number, failure: Failure): boolean {
  return failure.kind !== "timeout" || failure.timeoutMs >= timeoutMs;
}

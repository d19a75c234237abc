/** What follows from the failure of a trial: whether the cell failed, and whether the trial is stored. */

import type { ProbeName } from "./probes.ts";
import type { Failure } from "./report-results.ts";

/**
 * Whether a failed trial of a probe is a failure of the cell. Exceptions: `bracket` and `at-peak`, which Heapbook adds by itself.
 * Their processes run unoptimised and collect often, and can exceed the cell's timeout; the result then has no peak, or not what
 * was alive then.
 */
export function countsAsFailure(probe: ProbeName): boolean {
  return probe !== "bracket" && probe !== "at-peak";
}

/**
 * Whether a failed trial is stored instead of run again: a search that exceeded the cell's limit of time or heap, because it
 * would exceed that limit again. An exception or an exit of the cell is never stored, under any probe.
 */
export function isKeptFailure(probe: ProbeName, failure: Failure): boolean {
  return !countsAsFailure(probe) && (failure.kind === "timeout" || failure.kind === "heap-limit");
}

/** Whether a stored failure would happen again with this timeout. The fingerprint does not contain the timeout. */
export function failsWithin(timeoutMs: number, failure: Failure): boolean {
  return failure.kind !== "timeout" || failure.timeoutMs >= timeoutMs;
}

/** Rules for failed trials: whether the failure is one of the cell, and whether the failed trial is stored. */

import type { ProbeName } from "./probes.ts";
import type { Failure } from "./report-results.ts";

/**
 * Whether a failed trial of this probe makes the cell fail. Exceptions: `bracket` and `at-peak`, which Heapbook adds
 * itself. Their processes run unoptimised code and may exceed the cell's timeout; the result then lacks the peak or the
 * lines at the peak.
 */
export function countsAsFailure(probe: ProbeName): boolean {
  return probe !== "bracket" && probe !== "at-peak";
}

/**
 * Whether a failed trial is stored, so that it does not run again. Stored: searches that exceeded the cell's timeout or
 * heap limit, because they would exceed it again. Never stored: exceptions and exits of the cell.
 */
export function isKeptFailure(probe: ProbeName, failure: Failure): boolean {
  return !countsAsFailure(probe) && (failure.kind === "timeout" || failure.kind === "heap-limit");
}

/**
 * Whether a stored failure would happen again with this timeout, in ms. The fingerprint does not contain the timeout.
 */
export function failsWithin(timeoutMs: number, failure: Failure): boolean {
  return failure.kind !== "timeout" || failure.timeoutMs >= timeoutMs;
}

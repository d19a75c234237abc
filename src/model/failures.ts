/** Rules for failed trials: whether the failure is one of the cell, and whether the failed trial is stored. */

import type { ProbeName } from "./probes.ts";
import type { Failure } from "./report-results.ts";

/**
 * Whether Heapbook adds this probe itself, to a search for a peak. Such processes run unoptimised code and may exceed
 * the cell's timeout; the result then lacks the peak or the lines at the peak, and the cell has not failed.
 */
function isAddedSearch(probe: ProbeName): boolean {
  return probe === "bracket" || probe === "at-peak";
}

/** Whether a failed trial of this probe ends the cell's other trials. */
export function endsCell(probe: ProbeName): boolean {
  return !isAddedSearch(probe);
}

/**
 * Whether a failed trial makes the cell fail. Of the searches that Heapbook adds itself, only a trial that could not run
 * does, because the parser is not installed.
 */
export function countsAsFailure(probe: ProbeName, failure: Failure): boolean {
  return !isAddedSearch(probe) || failure.kind === "no-interpreter";
}

/**
 * Whether a failed trial is stored, so that it does not run again. Stored: searches that exceeded the cell's timeout or
 * heap limit, because they would exceed it again. Never stored: exceptions and exits of the cell.
 */
export function isKeptFailure(probe: ProbeName, failure: Failure): boolean {
  return isAddedSearch(probe) && (failure.kind === "timeout" || failure.kind === "heap-limit");
}

/**
 * Whether a stored failure would happen again with this timeout, in ms. The fingerprint does not contain the timeout.
 */
export function failsWithin(timeoutMs: number, failure: Failure): boolean {
  return failure.kind !== "timeout" || failure.timeoutMs >= timeoutMs;
}

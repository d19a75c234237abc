import { describeDrawingLimit } from "../../chart/drawing-limit.ts";
import type { ProbeName } from "../../model/probes.ts";
import type { Failure, Trial, VariantResult } from "../../model/report-results.ts";

/**
 * The probe under which the first trial failed; undefined if it failed under `output`, which measures nothing, or if no
 * trial failed.
 */
export function probeOfFailure(variants: readonly Pick<VariantResult, "trialSets">[]): ProbeName | undefined {
  const failed = variants.flatMap(({ trialSets }) => trialSets).find(({ trials }) => trials.some(hasFailed));
  if (failed === undefined || failed.probe === "output") return undefined;
  // The author asks for `peak`; its search has more processes under names of their own.
  return failed.probe === "bracket" || failed.probe === "at-peak" ? "peak" : failed.probe;
}

const hasFailed = ({ failure }: Trial): boolean => failure !== null;

/**
 * Describes a failure in one clause, for the terminal: `the process exited with code 3`.
 * @param probe the probe under which it failed; undefined for none
 */
export function summarizeFailure(failure: Failure, probe?: ProbeName): string {
  switch (failure.kind) {
    case "exception":
      return `${failure.name}: ${failure.message}`;
    case "exit-code":
      return failure.finished === true
        ? `the cell finished, and its exit code is ${failure.exitCode}`
        : `the process exited with code ${failure.exitCode}`;
    case "signal":
      return `the signal ${failure.signal} ended the process`;
    case "timeout":
      return `${probe === undefined ? "the cell" : `its probe \`${probe}\``} did not finish within ${failure.timeoutMs / 1000} s`;
    case "heap-limit":
      return "the process reached its heap limit";
    case "no-output":
      return "the process exited before the cell finished";
    case "bad-message":
      return `the cell wrote to file descriptor 3, which Heapbook reserves: ${failure.text}`;
    case "unsettled-await":
      return "the cell awaits a promise that never settles";
    case "spawn":
      return `the process could not be started: ${failure.message}`;
    case "drawing-limit":
      return describeDrawingLimit(failure).message;
    case "no-interpreter":
      return failure.message;
  }
}

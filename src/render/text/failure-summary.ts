import { describeDrawingLimit } from "../../chart/drawing-limit.ts";
import type { Failure } from "../../model/report-results.ts";

/** Describes a failure in one clause, for the terminal: `the process exited with code 3`. */
export function summarizeFailure(failure: Failure): string {
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
      return `the cell did not finish within ${failure.timeoutMs / 1000} s`;
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

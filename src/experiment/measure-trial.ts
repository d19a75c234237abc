import type { ExecutedTrial, TrialExecutor, TrialSpec } from "../process/trial-executor.ts";
import { type Condition, searchMinHeap } from "./min-heap-search.ts";
import { tracePeak } from "./peak-lines.ts";
import { searchPeak } from "./peak-search.ts";

/**
 * Runs one trial as one process. Exception: the probes `min-heap`, `bracket` and `at-peak` are searches and run several
 * processes.
 *
 * @param conditions for `min-heap`: further conditions in which the cell must complete with the heap found
 * @throws the signal's reason, if it was aborted
 */
export function measureTrial(
  executor: TrialExecutor,
  spec: TrialSpec,
  signal: AbortSignal,
  conditions: readonly Condition[] = [],
): Promise<ExecutedTrial> {
  if (spec.probe === "min-heap") return searchMinHeap(executor, spec, signal, conditions);
  if (spec.probe === "bracket") return searchPeak(executor, spec, signal);
  if (spec.probe === "at-peak") return tracePeak(executor, spec, signal);
  return executor.run(spec, signal);
}

import type { ExecutedTrial, TrialExecutor, TrialSpec } from "../process/trial-executor.ts";
import { type Condition, searchMinHeap } from "./min-heap-search.ts";
import { tracePeak } from "./peak-lines.ts";
import { searchPeak } from "./peak-search.ts";

/**
 * Runs one trial: one process, or the processes of a search for the probes `min-heap`, `bracket` and
 * `at-peak`.
 *
 * @param conditions of a search for the smallest heap
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

import { RUNNING_TRIAL, type RunningTrial } from "../../harness/running-trial.ts";

/** The trial in which the cell runs; undefined if plain Node runs a module that imports `heapbook`. */
export function currentTrial(): RunningTrial | undefined {
  return (globalThis as { [RUNNING_TRIAL]?: RunningTrial })[RUNNING_TRIAL];
}

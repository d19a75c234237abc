import { RUNNING_TRIAL, type RunningTrial } from "../harness/running-trial.ts";

/** The trial this cell runs in; undefined where a module that imports `heapbook` is run by plain Node. */
export function currentTrial(): RunningTrial | undefined {
  return (globalThis as { [RUNNING_TRIAL]?: RunningTrial })[RUNNING_TRIAL];
}

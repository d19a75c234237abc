import { TRIAL, type Trial } from "../harness/trial.ts";

/** The trial this cell runs in; undefined where a module that imports `heapbook` is run by plain Node. */
export function currentTrial(): Trial | undefined {
  return (globalThis as { [TRIAL]?: Trial })[TRIAL];
}

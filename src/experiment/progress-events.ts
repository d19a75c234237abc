import type { ProbeName } from "../model/probes.ts";
import type { CellState, Failure } from "../model/report-results.ts";
import type { VariantParams } from "../model/values.ts";

interface TrialPlace {
  readonly label: string;
  readonly variant: VariantParams;
  readonly probe: ProbeName;
  /** Number of the trial in its set, from 1. */
  readonly trial: number;
  readonly trials: number;
}

/** An event that reports progress while a report runs. */
export type ProgressEvent =
  /** The render waits, because another process renders the same report. `pid`: id of that process. */
  | { readonly type: "waiting"; readonly pid: number }
  /** Number of all planned trials, including those that are stored. */
  | { readonly type: "planned"; readonly trials: number }
  | { readonly type: "reused"; readonly label: string; readonly trials: number }
  /** Trials that will not run, because a cell that they need failed. */
  | { readonly type: "dropped"; readonly label: string; readonly trials: number }
  | {
      readonly type: "cell-ended";
      readonly label: string;
      readonly state: CellState;
      readonly ranTrials: number;
      readonly durationMs: number;
    }
  | ({ readonly type: "trial-started" } & TrialPlace)
  | ({ readonly type: "trial-ended"; readonly durationMs: number; readonly failure: Failure | null } & TrialPlace);

export type ProgressListener = (event: ProgressEvent) => void;

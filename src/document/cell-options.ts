import type { ProbeName, Scalar } from "../harness/protocol.ts";

/** Options of one cell, after its own were laid over the report's `execute` and `format.html` defaults. */
export interface CellOptions {
  readonly echo: boolean;
  readonly eval: boolean;
  /** `asis`: what the cell prints is Markdown. */
  readonly output: boolean | "asis";
  readonly include: boolean;
  /** Whether a failure is expected: shown in the report, not counted in the exit code. */
  readonly error: boolean;
  readonly figCap: string | undefined;
  readonly figAlt: string | undefined;
  readonly tblCap: string | undefined;
  readonly codeFold: boolean;
  readonly codeSummary: string | undefined;
  /** Values of each matrix parameter, in the order written. Empty: one variant without parameters. */
  readonly matrix: Readonly<Record<string, readonly Scalar[]>>;
  /** V8 flags; `{{name}}` stands for a variant's parameter. */
  readonly flags: readonly string[];
  /** Probes besides `output`, which every cell has. */
  readonly probes: readonly Exclude<ProbeName, "output">[];
  /** Trials of each probe. */
  readonly trials: number;
  /** Whether the cell itself set `trials`: then its outputs are repeated as well. */
  readonly trialsAreOwn: boolean;
  readonly timeoutMs: number;
  /** Files the cell depends on, relative to the report's folder; `*` patterns allowed. */
  readonly inputs: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

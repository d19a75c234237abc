import type { Cell } from "../document/types.ts";
import type { UserError } from "../errors.ts";
import type { FrozenResults } from "../model/frozen-results.ts";
import type { VariantResult } from "../model/report-results.ts";
import type { TextCache } from "../model/text-cache.ts";
import type { Scalar } from "../model/values.ts";
import type { TrialExecutor } from "../process/trial-executor.ts";
import type { FoundPython } from "../runtimes/find-python.ts";
import type { Runtime } from "../runtimes/find-runtime.ts";
import type { IngredientsStore } from "../store/ingredients.ts";
import type { Store } from "../store/store.ts";
import type { CellBundles } from "./cell-bundles.ts";
import type { FrozenUse } from "./frozen.ts";
import type { ProgressListener } from "./progress-events.ts";
import type { ResultSource } from "./result-sources.ts";

export interface ExecutionOptions {
  /** Parameters of the report, overridden by those of the command line. */
  readonly params: Readonly<Record<string, Scalar>>;
  readonly store: Store;
  readonly executor: TrialExecutor;
  /** Cache of bundles. */
  readonly bundleCache?: TextCache;
  /** Runtimes of the cells, by name in the report. */
  readonly runtimes: ReadonlyMap<string, Runtime>;
  /** Pythons of the python cells, by name in the report; for a missing Python, the reason. */
  readonly pythons?: ReadonlyMap<string, FoundPython>;
  /** Folder that holds `.heapbook`. */
  readonly root: string;
  /** Whether timed trials may run in parallel with others (a draft). */
  readonly draft?: boolean;
  /** Number of untimed trials that run in parallel. */
  readonly jobs: number;
  /** Number of trials of each probe; undefined: the number that the report sets. */
  readonly trials: number | undefined;
  /**
   * `reuse`: run what is not stored. `stored`: run nothing. `refresh`: run everything. `plan`: run nothing, and report
   * what `reuse` would run.
   */
  readonly mode: "reuse" | "refresh" | "stored" | "plan";
  /** Ingredients of the last run's fingerprints, for explanations; undefined: none are loaded or stored. */
  readonly ingredients?: IngredientsStore | undefined;
  /** Results kept beside the report. */
  readonly frozen?: { readonly results: FrozenResults; readonly use: FrozenUse } | undefined;
  /**
   * Only in the mode `stored`: where to load each cell's trials from, by label; default: the order that `frozen.use`
   * sets.
   */
  readonly sources?: ReadonlyMap<string, readonly ResultSource[]>;
  /** Cells that run again although their results are stored, by label, with the reasons: files that they wrote are gone or changed. */
  readonly rewriting?: ReadonlyMap<string, readonly string[]>;
  /**
   * Errors for runtimes that this machine does not have, by name in the report. Thrown only if a trial must run in that
   * runtime.
   */
  readonly missingRuntimes?: ReadonlyMap<string, UserError> | undefined;
  /** Whether the page, as last written, shows the trials of this fingerprint. */
  readonly wasShown?: ((fingerprint: string) => boolean) | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: ProgressListener;
  readonly onWarning?: ((message: string) => void) | undefined;
  /** For each `vega-lite` cell, by label: labels of the cells whose results the chart draws. */
  readonly chartSources?: ReadonlyMap<string, readonly string[]>;
  /** Draws the outputs of a cell before its state is decided; returns the variants, failed where a chart cannot be drawn. */
  readonly drawOutputs?: (cell: Cell, variants: readonly VariantResult[]) => Promise<readonly VariantResult[]>;
  /** Called with the bundles of each cell, which contain imported results, before the cell runs. */
  readonly onBundles?: ((cell: Cell, bundles: CellBundles) => void) | undefined;
}

/** The runtime of a set. @throws Error if it was not looked up before the run */
export function runtimeFor({ runtimes }: ExecutionOptions, spec: string): Runtime {
  const runtime = runtimes.get(spec);
  if (runtime === undefined) throw new Error(`the runtime ${spec} was not looked up`);
  return runtime;
}

/** The Python of a set, or the reason why it is missing. @throws Error if it was not looked up before the run */
export function pythonFor({ pythons }: ExecutionOptions, spec: string): FoundPython {
  const python = pythons?.get(spec);
  if (python === undefined) throw new Error(`the Python ${spec} was not looked up`);
  return python;
}

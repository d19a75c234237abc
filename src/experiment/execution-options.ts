import type { Cell } from "../document/types.ts";
import type { VariantResult } from "../model/report-results.ts";
import type { TextCache } from "../model/text-cache.ts";
import type { Scalar } from "../model/values.ts";
import type { TrialExecutor } from "../process/trial-executor.ts";
import type { FoundPython } from "../runtimes/find-python.ts";
import type { Runtime } from "../runtimes/find-runtime.ts";
import type { Store } from "../store/store.ts";
import type { CellBundles } from "./cell-bundles.ts";
import type { ProgressListener } from "./progress-events.ts";

export interface ExecutionOptions {
  /** Parameters of the report, overrides applied. */
  readonly params: Readonly<Record<string, Scalar>>;
  readonly store: Store;
  readonly executor: TrialExecutor;
  /** Where bundles are kept. */
  readonly bundleCache?: TextCache;
  /** The interpreters of the cells, by what the report calls them. */
  readonly runtimes: ReadonlyMap<string, Runtime>;
  /** Those of the python cells, in the same way; of what is missing, why. */
  readonly pythons?: ReadonlyMap<string, FoundPython>;
  /** Where `.heapbook` is. */
  readonly root: string;
  /** Untimed trials that run side by side. */
  readonly jobs: number;
  /** Trials of each probe, in place of what the report says. */
  readonly trials: number | undefined;
  /** `stored`: run nothing. `refresh`: run all, reuse nothing. */
  readonly mode: "reuse" | "refresh" | "stored";
  readonly signal: AbortSignal;
  readonly onProgress: ProgressListener;
  /** Labels of the cells whose results each `vega-lite` cell draws, by its own label. */
  readonly chartSources?: ReadonlyMap<string, readonly string[]>;
  /** Draws the outputs of a cell before its state is decided; returns the variants, failed where a chart cannot be drawn. */
  readonly drawOutputs?: (cell: Cell, variants: readonly VariantResult[]) => Promise<readonly VariantResult[]>;
  /** Called with the bundles of each cell before it runs, results that it imports included. */
  readonly onBundles?: ((cell: Cell, bundles: CellBundles) => void) | undefined;
}

/** The interpreter of a set; all that a report names were looked up before anything ran. */
export function runtimeFor({ runtimes }: ExecutionOptions, spec: string): Runtime {
  const runtime = runtimes.get(spec);
  if (runtime === undefined) throw new Error(`the runtime ${spec} was not looked up`);
  return runtime;
}

/** The Python of a set, or why there is none. */
export function pythonFor({ pythons }: ExecutionOptions, spec: string): FoundPython {
  const python = pythons?.get(spec);
  if (python === undefined) throw new Error(`the Python ${spec} was not looked up`);
  return python;
}

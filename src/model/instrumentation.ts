import type { ErrorBound } from "./inexact-places.ts";

/**
 * Methods of assigning allocations to source lines.
 *
 * - `tracker`: V8's allocation tracker records every allocation with its stack. Exact; measures allocated and live
 *   bytes.
 * - `sampler`: V8's sampling heap profiler records a random part of the allocations. Estimates allocated and live
 *   bytes, with standard errors.
 * - `meter`: instrumented code reads the bytes in use around each expression. Measures allocated bytes only, many times
 *   faster.
 */
export const ENGINES = ["tracker", "sampler", "meter"] as const;
export type Engine = (typeof ENGINES)[number];

/** An engine with its setting. `intervalBytes`: mean number of allocated bytes between two samples, ≥ 1. */
export type Instrumentation =
  | { readonly engine: "tracker" | "meter" }
  | { readonly engine: "sampler"; readonly intervalBytes: number };

/**
 * Default mean number of bytes between two samples of the engine `sampler`. Cells are small and get many samples.
 * Programs under `heapbook trace` get the interval of Chrome's DevTools (`HeapProfiler.startSampling`), so that they
 * run at about full speed (docs/measurement.md#sampler).
 */
const DEFAULT_INTERVAL_BYTES = { cell: 512, program: 32_768 } as const;

/** The engine that made a line profile, with the settings and readings that limit its accuracy. */
export type MeasuredInstrumentation =
  | ({ readonly engine: "tracker" } & ErrorBound)
  | { readonly engine: "sampler"; readonly intervalBytes: number }
  | ({ readonly engine: "meter" } & MeterAccuracy & ErrorBound);

/** Inaccuracies of the engine `meter`. Its bytes are exact where all these numbers are 0. */
export interface MeterAccuracy {
  /**
   * Number of collections that V8 ran unplanned. Bytes freed by such a collection before the meter read them are
   * missing.
   */
  readonly unseenCollections: number;
  /** Expressions that allocated across the end of a V8 page. Each may count the unused rest of the page, below 128 KiB. */
  readonly pageCrossings: number;
  /**
   * Bytes of objects allocated directly in the old generation. They are assigned to no line. Absent in results of older
   * versions.
   */
  readonly oldGenerationBytes?: number | undefined;
}

/** The three ways to choose an engine. `live: false` is short for `engine: meter`, `sample` for `engine: sampler`. */
export interface EngineChoice {
  readonly engine?: Engine | undefined;
  readonly live?: boolean | undefined;
  /** Mean bytes between two samples. */
  readonly sample?: number | undefined;
}

/**
 * Converts the options of a cell or command to an instrumentation; the default is the engine `tracker`. The caller
 * refuses contradictory options.
 * @param of whether a cell or a program is instrumented: they differ in the default sample interval
 */
export function chooseInstrumentation(
  { engine, live, sample }: EngineChoice,
  of: keyof typeof DEFAULT_INTERVAL_BYTES = "cell",
): Instrumentation {
  const chosen = engine ?? (live === false ? "meter" : sample === undefined ? "tracker" : "sampler");
  return chosen === "sampler"
    ? { engine: chosen, intervalBytes: sample ?? DEFAULT_INTERVAL_BYTES[of] }
    : { engine: chosen };
}

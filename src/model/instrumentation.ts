/**
 * How allocations are assigned to source lines.
 *
 * - `tracker`: V8's allocation tracker records every allocation with its stack. Exact; measures allocated and live bytes.
 * - `sampler`: V8's sampling heap profiler records a random part of them. Estimates both, with standard errors.
 * - `meter`: instrumented code reads the bytes in use around each expression. Measures allocated bytes only, many times faster.
 */
export const ENGINES = ["tracker", "sampler", "meter"] as const;
export type Engine = (typeof ENGINES)[number];

/** An engine with its setting. `intervalBytes`: mean number of allocated bytes between two samples, ≥ 1. */
export type Instrumentation =
  | { readonly engine: "tracker" | "meter" }
  | { readonly engine: "sampler"; readonly intervalBytes: number };

/**
 * Mean bytes between two samples of the engine `sampler` where no other number is given. Of a cell, which is small: many samples. Of a program:
 * as Chrome's DevTools (`HeapProfiler.startSampling`), so that the program runs about as fast as without (docs/measurement.md#sampler).
 */
const DEFAULT_INTERVAL_BYTES = { cell: 512, program: 32_768 } as const;

/** The engine of a line profile, with what limits its accuracy. */
export type MeasuredInstrumentation =
  | { readonly engine: "tracker" }
  | { readonly engine: "sampler"; readonly intervalBytes: number }
  | ({ readonly engine: "meter" } & MeterAccuracy);

/** What the meter could not measure exactly; its bytes are exact where all numbers are 0. */
export interface MeterAccuracy {
  /** Collections that V8 ran by itself. Bytes that one freed before the meter read them are missing. */
  readonly unseenCollections: number;
  /** Expressions that allocated across the end of a V8 page. Each may count the unused rest of the page, below 128 KiB. */
  readonly pageCrossings: number;
  /** Bytes that V8 allocated in the old generation at once: they belong to no line. Absent in results of older versions. */
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
 * The instrumentation that a choice asks for: the tracker by default. The caller refuses choices that contradict themselves.
 * @param of what is instrumented
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

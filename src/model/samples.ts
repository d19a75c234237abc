/** What a process that samples its allocations tells of them. Types only, as in protocol.ts. */

/** Samples of one place of the call tree: of one size, as V8 tells it. */
export interface SampleGroup {
  /** The size in bytes, times how many such objects a sample stands for, rounded to a whole number. */
  readonly product: number;
  /** All samples of the reading. */
  readonly samples: number;
  /** Those among them that the other end of the region does not have. */
  readonly changed: number;
}

/** A place of the call tree of V8's sampling heap profiler. Lines and columns count from 1; 0 where V8 has none. */
export interface SampledNode {
  /** Index of the caller in the list, which is before it; -1 for the root. */
  readonly parent: number;
  readonly functionName: string;
  readonly script: string;
  readonly scriptId: number;
  readonly line: number;
  readonly column: number;
  /** V8's estimate for all samples of the reading. */
  readonly selfBytes: number;
  readonly groups: readonly SampleGroup[];
}

/** `kept`: samples of what was collected are kept, and tell what was allocated. `dropped`: they tell what is alive. */
export type CollectedSamples = "kept" | "dropped";

export interface SamplingInstructions {
  readonly engine: "sampler";
  /** Mean distance of two samples, in bytes allocated. */
  readonly intervalBytes: number;
  readonly collected: CollectedSamples;
}

/** Records of a process with the engine `sampler`. */

/** Half-width of the central 95 % of the standard normal distribution, in standard deviations. */
export const NORMAL_95 = 1.96;

/** Samples of one node of the call tree that have the same size. */
export interface SampleGroup {
  /** Size in bytes times the number of objects that one sample stands for, which V8 rounds to a whole number. */
  readonly product: number;
  /** Number of samples in the reading. */
  readonly samples: number;
  /** Number of samples that the other end of the region lacks. */
  readonly changed: number;
}

/** A node of the call tree of V8's sampling heap profiler. Lines and columns count from 1; 0 where V8 reports none. */
export interface SampledNode {
  /** Index of the caller, which precedes the node in the list; -1 for the root. */
  readonly parent: number;
  readonly functionName: string;
  readonly script: string;
  readonly scriptId: number;
  readonly line: number;
  readonly column: number;
  /** V8's estimate of the node's self bytes from all samples of the reading. */
  readonly selfBytes: number;
  readonly groups: readonly SampleGroup[];
}

/** `kept`: V8 keeps the samples of collected objects, which estimate allocated bytes. `dropped`: samples estimate live bytes. */
export type CollectedSamples = "kept" | "dropped";

export interface SamplingInstructions {
  readonly engine: "sampler";
  /** Mean number of allocated bytes between two samples. */
  readonly intervalBytes: number;
  readonly collected: CollectedSamples;
}

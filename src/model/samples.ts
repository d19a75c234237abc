/** Types of the records that a process with the engine `sampler` sends. */

/** Half-width of the central 95 % of the standard normal distribution, in standard deviations. */
export const NORMAL_95 = 1.96;

/** Samples at one node of the call tree that have the same size. */
export interface SampleGroup {
  /**
   * Object size in bytes times the number of objects that one sample represents. V8 rounds that number to a whole one.
   */
  readonly product: number;
  /** Number of samples at this end of the region. */
  readonly samples: number;
  /** Number of samples that exist only at this end of the region, not at the other. */
  readonly changed: number;
}

/**
 * A node of the call tree that V8's sampling heap profiler reports. Lines and columns count from 1; 0 where V8 reports
 * none.
 */
export interface SampledNode {
  /** Index of the caller's node, which comes earlier in the list; -1 for the root. */
  readonly parent: number;
  readonly functionName: string;
  readonly script: string;
  readonly scriptId: number;
  readonly line: number;
  readonly column: number;
  /** V8's estimate of the node's self bytes, from all samples at this end of the region. */
  readonly selfBytes: number;
  readonly groups: readonly SampleGroup[];
}

/**
 * What V8 does with samples of collected objects. `kept`: samples estimate allocated bytes. `dropped`: samples estimate
 * live bytes.
 */
export type CollectedSamples = "kept" | "dropped";

export interface SamplingInstructions {
  readonly engine: "sampler";
  /** Mean number of allocated bytes between two samples. */
  readonly intervalBytes: number;
  readonly collected: CollectedSamples;
}

/**
 * What a measured process sends to its parent, one JSON object a line on file descriptor 3 (NDJSON), and what the parent gives to
 * the process when it starts it.
 */

import type { ClaimEstimate, ClaimTest, RecordedValue, Verdict } from "./claims.ts";
import type { Checkpoint, Collection, EffectiveLimits, RegionHeap } from "./collections.ts";
import type { Metered } from "./line-profile.ts";
import type { MetricReading } from "./metrics.ts";
import type { ProbeName } from "./probes.ts";
import type { SampledNode, SamplingInstructions } from "./samples.ts";
import type { ThrownError } from "./thrown-error.ts";
import type { MimeBundle, Scalar } from "./values.ts";

/** What the parent is to do with a heap snapshot. */
export type TraceRequest =
  /** Tracking begins. `sizes`: bytes of one closure, yield and the like, by kind. */
  | { readonly kind: "base"; readonly sizes: Readonly<Record<string, number>> }
  /** Without a snapshot of its own, that of the base. */
  | { readonly kind: "region-start"; readonly id: number }
  /** Answered with the lines since the base, `LineAllocation[]`. */
  | { readonly kind: "lines" }
  /** Answered with the metrics of the region. */
  | { readonly kind: "region-end"; readonly id: number; readonly region: string }
  | { readonly kind: "region-abandoned"; readonly id: number };

export type TrialMessage =
  | { readonly type: "start"; readonly limits: EffectiveLimits }
  /** `stdoutBytes`/`stderrBytes`: how much the process had written before, so that outputs keep their order. */
  | {
      readonly type: "display";
      readonly data: MimeBundle;
      readonly name?: string;
      readonly stdoutBytes: number;
      readonly stderrBytes: number;
    }
  /** A claim is made; what it says of its estimate follows. `stack` tells where, in lines of the bundle. */
  | {
      readonly type: "claim";
      readonly sentence: string;
      readonly estimate: ClaimEstimate;
      readonly stack: string;
      readonly stdoutBytes: number;
      readonly stderrBytes: number;
    }
  /** `claim`: which of those made so far, from 0. */
  | {
      readonly type: "claim-test";
      readonly claim: number;
      readonly test: ClaimTest;
      readonly recorded: RecordedValue | null;
      readonly verdict: Verdict;
      readonly pValue: number | null;
    }
  | { readonly type: "metric"; readonly reading: MetricReading }
  /**
   * A heap snapshot for the parent to read and remove; null where what is asked needs none. `counts`: how often each counted
   * allocation was made so far. The process waits for an answer, a line of JSON on file descriptor 4, where there is a path.
   */
  | {
      readonly type: "snapshot";
      readonly path: string | null;
      readonly counts: readonly number[];
      readonly request: TraceRequest;
    }
  /**
   * The samples at both ends of a region. `counts`: how often each counted allocation was made between them. Answered with
   * the metrics of the region.
   */
  | {
      readonly type: "sampled";
      readonly region: string;
      readonly start: readonly SampledNode[];
      readonly end: readonly SampledNode[];
      readonly counts: readonly number[];
      readonly sizes: Readonly<Record<string, number>>;
    }
  /** What a region has allocated, by site of the meter: number, bytes, how often. Only those that have. */
  | {
      readonly type: "metered";
      readonly region: string;
      readonly metered: Metered;
      readonly sites: readonly (readonly [site: number, bytes: number, allocations: number])[];
    }
  | { readonly type: "collection"; readonly collection: Collection }
  | { readonly type: "region-heap"; readonly heap: RegionHeap }
  | { readonly type: "checkpoint"; readonly checkpoint: Checkpoint }
  /** The cell measures a region of its own: checkpoints of its whole run so far are to be forgotten. */
  | { readonly type: "whole-cell-abandoned" }
  | { readonly type: "read"; readonly path: string }
  | { readonly type: "error"; readonly error: ThrownError }
  /** The event loop is empty while the cell still awaits. */
  | { readonly type: "unsettled-await" }
  | { readonly type: "end" };

export interface TracingInstructions {
  /** Where heap snapshots are left for the parent. */
  readonly snapshotFolder: string;
  readonly engine: "tracker" | "meter";
  /** Counted allocations of the bundle, or sites of the meter. */
  readonly counters: number;
  /** Where allocations are sampled instead of tracked. */
  readonly sampling?: SamplingInstructions;
}

/** What the parent tells the process, as JSON in the environment variable `HEAPBOOK_TRIAL`. */
export interface TrialInstructions {
  /** Absolute path of the bundled cell. */
  readonly bundle: string;
  readonly probe: ProbeName;
  /** The variant: one combination of the cell's `matrix`. */
  readonly variant: Readonly<Record<string, Scalar>>;
  /** Calls of a region's function before it is measured. */
  readonly warmup: number;
  /** Where allocations are traced: the bundle has markers. */
  readonly tracing?: TracingInstructions;
}

/** What the parent tells a process that runs a python cell, in the same way. */
export interface PythonTrialInstructions {
  /** Absolute path of the program: JSON of `source` and of `params`, which is null where the cell does not ask for them. */
  readonly bundle: string;
  /** The report's folder: the working directory, from which modules are imported. */
  readonly folder: string;
  readonly variant: Readonly<Record<string, Scalar>>;
  /** Line of report.md on which the source begins. */
  readonly firstLine: number;
  /** Absolute path of Pyodide's module, for its host. */
  readonly pyodide?: string;
}

/**
 * The protocol between the parent and a measured process. The parent passes instructions in an environment variable. The process
 * writes records to file descriptor 3, one JSON object a line (NDJSON).
 */

import type { ClaimEstimate, ClaimTest, RecordedValue, Verdict } from "./claims.ts";
import type { Checkpoint, Collection, EffectiveLimits, RegionHeap } from "./collections.ts";
import type { Instrumentation, MeterAccuracy } from "./instrumentation.ts";
import type { MetricReading } from "./metrics.ts";
import type { ObservationKind } from "./observations.ts";
import type { PeakPassInstructions, PeakRegionPass } from "./peak-pass.ts";
import type { ProbeName } from "./probes.ts";
import type { ProgramMessage } from "./program-records.ts";
import type { UnfinishedWork, UnseenMemory } from "./report-results.ts";
import type { SampledNode, SamplingInstructions } from "./samples.ts";
import type { ThrownError } from "./thrown-error.ts";
import type { MimeBundle, Scalar } from "./values.ts";

/** Instructions for a measured process: JSON in the environment variable `HEAPBOOK_TRIAL`. */
export interface TrialInstructions {
  /** Absolute path of the bundled cell. */
  readonly bundle: string;
  readonly probe: ProbeName;
  /** The variant: one combination of the cell's `matrix`. */
  readonly variant: Readonly<Record<string, Scalar>>;
  /** Number of calls of a region's function before it is measured. */
  readonly warmup: number;
  /** Whether the cell's code may start processes (`MAY_START`): the process then reports which ones it leaves. */
  readonly startsProcesses?: boolean;
  /** Settings for measuring allocations by line. Present only if the bundle is instrumented. */
  readonly tracing?: TracingInstructions;
  /** Settings for a pass of the probe `bracket`, whose bundle has ticks; absent for other probes. */
  readonly peakPass?: PeakPassInstructions;
}

/**
 * Variable that makes a process of the probe `output` a rehearsal: JSON of the metrics that its regions return. Not one of the
 * instructions, which `harness/main.ts` would read in every measured process.
 */
export const REHEARSAL = "HEAPBOOK_REHEARSAL";

/** How the process measures allocations by line. */
export interface TracingInstructions {
  /** Folder in which the process writes heap snapshots. */
  readonly snapshotFolder: string;
  readonly instrumentation: Exclude<Instrumentation, { engine: "sampler" }> | SamplingInstructions;
  /** Number of counted allocations in the bundle, or number of sites for the engine `meter`. */
  readonly counters: number;
}

/** Instructions for a process that runs a python cell, in the same environment variable. */
export interface PythonTrialInstructions {
  /** Absolute path of the program, JSON: `source`, and `params`, which is null if the cell does not use the report's parameters. */
  readonly bundle: string;
  /** The report's folder: the working directory, from which modules are imported. */
  readonly folder: string;
  readonly variant: Readonly<Record<string, Scalar>>;
  /** Line of report.md on which the source begins, from 1. */
  readonly firstLine: number;
  /** Absolute path of Pyodide's module, if Pyodide runs the cell. */
  readonly pyodide?: string;
}

/** A record from the process to the parent. */
export type TrialMessage =
  /** The first record of every process. */
  | { readonly type: "start"; readonly limits: EffectiveLimits }
  /**
   * An output. `stdoutBytes`, `stderrBytes`: bytes that the process had written to each stream before this output; the
   * parent orders outputs by them.
   */
  | {
      readonly type: "display";
      readonly data: MimeBundle;
      readonly name?: string;
      readonly stdoutBytes: number;
      readonly stderrBytes: number;
    }
  /** A claim; its test follows in a `claim-test`. `stack`: place of the call, in lines of the bundle. */
  | {
      readonly type: "claim";
      readonly sentence: string;
      readonly estimate: ClaimEstimate;
      readonly stack: string;
      readonly stdoutBytes: number;
      readonly stderrBytes: number;
    }
  /** The test of a claim. `claim`: index of the claim among those of the process, from 0. */
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
   * A request to the parent about a heap snapshot, which the parent reads and removes. `path`: file of the snapshot;
   * null for a request without one. `counts`: how often each counted allocation has happened. After a record with a
   * path, the process waits for a reply: one line of JSON on file descriptor 4.
   */
  | {
      readonly type: "snapshot";
      readonly path: string | null;
      readonly counts: readonly number[];
      readonly request: TraceRequest;
    }
  /**
   * The samples at both ends of a region. `counts`: number of times that each counted allocation happened between them. The parent
   * replies with the metrics of the region.
   */
  | {
      readonly type: "sampled";
      readonly region: string;
      readonly start: readonly SampledNode[];
      readonly end: readonly SampledNode[];
      readonly counts: readonly number[];
      readonly sizes: Readonly<Record<string, number>>;
    }
  /**
   * A part of the sampled call tree at one end of the region, sent before the region's `sampled` record because a tree
   * can be too large for one record.
   */
  | { readonly type: "samples"; readonly end: "start" | "end"; readonly nodes: readonly SampledNode[] }
  /** Allocations of a region by site of the meter; sites that allocated nothing are absent. */
  | {
      readonly type: "metered";
      readonly region: string;
      readonly accuracy: MeterAccuracy;
      readonly sites: readonly (readonly [site: number, bytes: number, allocations: number])[];
    }
  /** Result of one pass of the search for the peak, for one region. */
  | { readonly type: "peak-pass"; readonly pass: PeakRegionPass }
  | { readonly type: "collection"; readonly collection: Collection }
  /**
   * A region under the probe `gc`: its start on the clock of V8's trace, and the pauses of its `collection` records.
   */
  | {
      readonly type: "region-heap";
      readonly heap: RegionHeap;
      readonly startMicroseconds: number;
      readonly pausesMs: readonly number[];
    }
  | { readonly type: "checkpoint"; readonly checkpoint: Checkpoint }
  /** Work that a region started and that was not finished when the region ended. */
  | { readonly type: "unfinished-work"; readonly work: UnfinishedWork }
  /** A kind of memory of the program that the probes do not measure. */
  | { readonly type: "unseen-memory"; readonly kind: UnseenMemory }
  /** The cell called `measure()` for the first time: the parent drops the checkpoints of the whole-cell region. */
  | { readonly type: "whole-cell-abandoned" }
  /**
   * A file, variable or other fact that the cell is about to observe. `path`: absolute path, or name of an environment
   * variable. `kind`: `content` by default. `stamp`: inode, size and times of the file, null where nothing exists;
   * absent where they were not read.
   */
  | {
      readonly type: "read";
      readonly path: string;
      readonly kind?: ObservationKind;
      readonly stamp?: string | null;
    }
  /** A path that the cell has written, made or removed. */
  | { readonly type: "written"; readonly path: string }
  /** Something that may read files unobserved, in words: "the program `git`". */
  | { readonly type: "unobserved"; readonly what: string }
  /** Processes that the cell has started and that still run while its own process ends. */
  | { readonly type: "left-processes"; readonly pids: readonly number[] }
  | { readonly type: "error"; readonly error: ThrownError }
  /** The event loop is empty, and a top-level `await` of the cell has not settled. */
  | { readonly type: "unsettled-await" }
  /** The last record of a cell that ended without an error. */
  | { readonly type: "end" }
  | ProgramMessage;

/**
 * A region at its peak. `liveBytes`: live bytes read there; null where the reading includes bytes that are not the
 * program's.
 */
export interface PeakOfRegion {
  readonly id: number;
  readonly liveBytes: number | null;
}

/**
 * Two async functions that the harness has called since tracking began. The difference of their allocations is the size
 * of one `await`.
 */
export interface AwaitCalls {
  /** Name of the async function that awaits nothing. */
  readonly plain: string;
  /** Name of the async function that awaits a number once. */
  readonly awaiting: string;
  /** An async generator whose `yield*` awaits its first step. */
  readonly delegating: string;
  /** Number of calls of each function. */
  readonly count: number;
}

/** What the parent does with the heap snapshot, or the request without one, in a `snapshot` record. */
export type TraceRequest =
  /**
   * Keeps the snapshot as the base of tracking. `sizes`: bytes of one counted allocation (a closure, the result of a
   * `yield`), by kind.
   */
  | { readonly kind: "base"; readonly sizes: Readonly<Record<string, number>>; readonly awaits: AwaitCalls }
  /**
   * Starts a region at the snapshot; without a snapshot, at the base. `externalBytes`: memory outside V8's heap, for
   * traced programs only.
   */
  | {
      readonly kind: "region-start";
      readonly id: number;
      readonly externalBytes?: number;
      /** Whether `externalBytes` may be wrong because V8 miscounted resizable ArrayBuffers. */
      readonly hasMiscounted?: boolean;
    }
  /** Replies with the allocations by line since the base: `LineAllocation[]`. */
  | { readonly kind: "lines" }
  /** Ends a region and replies with its metrics, by metric id. */
  | {
      readonly kind: "region-end";
      readonly id: number;
      readonly region: string;
      readonly externalBytes?: number;
      readonly wideShare?: number;
      readonly hasMiscounted?: boolean;
    }
  /**
   * Keeps the live bytes of an open region as one reading in its series. `atMs`: ms since the start of the process.
   * `isDriverStart`: whether the reading is the one before the driver of `heapbook trace --drive` starts.
   */
  | {
      readonly kind: "reading";
      readonly id: number;
      readonly index: number;
      readonly atMs: number;
      readonly isDriverStart?: true;
    }
  /** Keeps the snapshot as the peak of these regions, in place of an earlier one. */
  | { readonly kind: "peak"; readonly regions: readonly PeakOfRegion[] }
  /**
   * Ends a region and makes its profile from the snapshot kept for its peak. This request has no snapshot of its own.
   */
  | { readonly kind: "peak-end"; readonly id: number; readonly region: string }
  | { readonly kind: "region-abandoned"; readonly id: number };

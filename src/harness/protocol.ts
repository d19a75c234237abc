/**
 * What a measured process tells its parent: one JSON object a line on file descriptor 3 (NDJSON).
 * Types only: nothing of this file exists at run time, so that nothing is loaded into the process measured.
 */

import type { SampledNode, SamplingInstructions } from "./samples.ts";

export type Scalar = string | number | boolean;

/** Representations of one output by MIME type, as in Jupyter: the richest that a format can show is shown. */
export type MimeBundle = Readonly<Record<string, unknown>>;

/**
 * The probes a trial can run with. `output` measures nothing: its trial gives the outputs shown in the report. `bracket` is
 * Heapbook's own, planned wherever `peak` is asked for; the others are what a cell may name.
 */
export type ProbeName = "output" | "peak" | "bracket" | "allocated" | "lines" | "gc" | "time" | "min-heap";

/** Which direction of a metric is an improvement. */
export type Better = "lower" | "higher" | "neither";

/** One reading of one metric in one trial. */
export interface MetricReading {
  readonly id: string;
  /** Name of the `measure()` region; empty for the unnamed one and for `metric()` outside regions. */
  readonly region: string;
  readonly value: number;
  /** `B`, `ms`, `count`, `%`, `ratio` or the cell's own. */
  readonly unit: string;
  readonly better: Better;
  /** Under what condition it was read, in a few words: `optimised code`, `cold`. */
  readonly note?: string | undefined;
}

export type CollectionKind =
  | "scavenge"
  | "minor-mark-sweep"
  | "mark-compact"
  | "incremental-marking"
  | "weak-callbacks"
  | "other";

/** One garbage collection. */
export interface Collection {
  readonly region: string;
  readonly kind: CollectionKind;
  /** Start, in ms since the start of the region; null where V8's two reports could not be joined. */
  readonly timeMs: number | null;
  readonly pauseMs: number;
  readonly usedBeforeBytes: number;
  readonly usedAfterBytes: number;
  /** Used bytes per space (`new_space`, `old_space`, …). */
  readonly spacesBeforeBytes: Readonly<Record<string, number>>;
  readonly spacesAfterBytes: Readonly<Record<string, number>>;
}

/** The used heap at one moment, garbage included. */
export interface HeapReading {
  readonly usedBytes: number;
  /** Used bytes per space (`new_space`, `old_space`, …). */
  readonly spacesBytes: Readonly<Record<string, number>>;
}

/** The heap at both ends of a region, as the probe `gc` finds it. */
export interface RegionHeap {
  readonly region: string;
  /** The end, in ms since the start of the region. */
  readonly endMs: number;
  readonly start: HeapReading;
  readonly end: HeapReading;
}

/** A reading of live bytes after forced collections. */
export interface Checkpoint {
  readonly region: string;
  readonly name: string;
  /** Used heap plus ArrayBuffers, less the settled base of the region. */
  readonly liveBytes: number;
  /** Since the start of the region, in ms. */
  readonly timeMs: number;
}

/** What one source line of one region holds at its end, and has allocated in it. */
export interface LineAllocation {
  /** Relative to the report's folder; `report.md` for cells. */
  readonly file: string;
  /** Counted from 1, as the author sees it. */
  readonly line: number;
  /** Of what the line has allocated, alive at the end of the region, less what was at its start: below 0 where more was let go. */
  readonly liveBytes: number;
  readonly liveObjects: number;
  /** Freed ones included. */
  readonly allocatedBytes: number;
  readonly allocations: number;
  /** Part of `allocatedBytes` that could only be told of the function that begins on this line. */
  readonly functionLevelBytes: number;
  /** Standard errors of bytes that were estimated from samples; only there. */
  readonly standardError?: SampledError | undefined;
}

/** Standard errors of an estimate, in bytes. */
export interface SampledError {
  readonly allocatedBytes: number;
  readonly liveBytes: number;
}

/** A node of the call tree; values are its own, children not included. */
export interface AllocationCallNode {
  readonly functionName: string;
  /** Line on which the function begins; 0 for nodes that are no function. A function has a node for each line it was at. */
  readonly functionLine: number;
  readonly file: string;
  /** The line of the function that was at work: where it called, or allocated. */
  readonly line: number;
  readonly allocatedBytes: number;
  readonly liveBytes: number;
  readonly allocations: number;
  readonly children: readonly AllocationCallNode[];
}

/** Syntax that no marker can hold: what it allocates is known of its function only. */
export interface UnliftedPlace {
  readonly file: string;
  readonly line: number;
  /** `yield*`, `object-rest`, … */
  readonly kind: string;
  readonly why: string;
}

/** Code that markers do not reach. What it allocates is told of the line that runs it, or, in a worker, not at all. */
export interface OutsidePlace {
  readonly file: string;
  readonly line: number;
  readonly kind: "direct-eval" | "with" | "worker";
}

/** Each line's allocated bytes are metered; what is alive is not known, and 0 everywhere. Exact where both numbers are 0. */
export interface Metered {
  /** Collections that V8 made by itself: what was allocated since the last reading, and freed by one, is missing. */
  readonly unseenCollections: number;
  /** Expressions that allocated on to another page of V8's: each may have been charged a rest of the first, below 128 KiB. */
  readonly pageCrossings: number;
}

/** The allocations of one region, by source line. */
export interface LineProfile {
  readonly region: string;
  /** `exact`: every allocation was seen. Otherwise one byte in so many was, on average; or lines were metered. */
  readonly mode: "exact" | { readonly samplingIntervalBytes: number } | Metered;
  /** Sorted by file, then by line. */
  readonly lines: readonly LineAllocation[];
  /** What belongs to no line of the author's modules: Node itself, and V8's code, feedback and shapes. */
  readonly elsewhere: { readonly liveBytes: number; readonly allocatedBytes: number };
  /**
   * The root, whose bytes with all below it are those of `lines` and `elsewhere` together: the latter in `(elsewhere)`. Nodes
   * below 0.1 % of the total are folded into their parent's `(other)`.
   */
  readonly calls: AllocationCallNode;
  /** Of functions that have bytes known of the function only, those with most first. */
  readonly unlifted: readonly UnliftedPlace[];
  /** Whether or not it has run. */
  readonly outside: readonly OutsidePlace[];
  /** The text that was measured, by file, line by line. Of report.md the cells alone: its other lines are empty. */
  readonly sources: Readonly<Record<string, readonly string[]>>;
}

/** An exception, its stack still in lines of the bundle. */
export interface ThrownError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  /** Whether it was thrown by a promise nobody awaited, or by a callback, rather than by the cell's own run. */
  readonly uncaught: boolean;
  /** Of a python cell, whose frames are in lines of the report already; `stack` is empty then. */
  readonly traceback?: Traceback;
}

/** The author's frames of a Python traceback, innermost first, and how many others there were between them. */
export interface Traceback {
  readonly frames: readonly ThrownFrame[];
  readonly hiddenFrames: number;
}

/** A frame of a Python traceback. `file` as Python has it: `report.md`, an absolute path, or empty for no place. */
export interface ThrownFrame {
  readonly functionName: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A value of a claim with its interval; `low` and `high` equal `value` where it is exact. */
export interface ClaimEstimate {
  /** What it is, in a few words: `ratio of peak live memory`; empty for a plain number. */
  readonly label: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** 0…1: 1 for an exact value, 0 for a single trial that need not repeat; null where the cell gave the ends itself. */
  readonly confidence: number | null;
  /** `B`, `ms`, `count`, `%`, `ratio` or the cell's own; empty for a plain number. */
  readonly unit: string;
}

/** What a claim says of its estimate, in the estimate's unit. `between` and `equal` include their ends. */
export type ClaimTest =
  | { readonly kind: "above" | "below"; readonly bound: number }
  | { readonly kind: "between"; readonly low: number; readonly high: number }
  | { readonly kind: "equal"; readonly bound: number; readonly tolerance: number };

/** `undecided`: the interval of the estimate holds values for which the claim holds, and others. */
export type Verdict = "holds" | "fails" | "undecided";

/** What the source of a claim found, in the estimate's unit. */
export interface RecordedValue {
  readonly value: number;
  /** What the report calls the source; `recorded` by default. */
  readonly label: string;
}

/** Limits that V8 really runs with, which flags alone do not tell. */
export interface EffectiveLimits {
  /** `heap_size_limit`: the old generation's limit and three semi-spaces. */
  readonly heapSizeLimitBytes: number;
  /** What a semi-space of the young generation held at the start; it grows from there. */
  readonly semiSpaceStartBytes: number;
}

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

/** A metric of one variant over its trials. */
export interface MetricSummary {
  readonly id: string;
  readonly region: string;
  readonly label: string;
  readonly unit: string;
  readonly better: Better;
  /** Probe whose trials gave it. */
  readonly probe: ProbeName;
  /** `exact`: all trials agree. `distribution`: median, and an interval of it. */
  readonly mode: "exact" | "distribution";
  /** The agreed value, or the median. */
  readonly value: number;
  /** Ends of the order-statistic interval of the median; both equal to `value` in exact mode. */
  readonly low: number;
  readonly high: number;
  /** Confidence of the interval, 0…1; 1 in exact mode, and 0 for a single sample that need not repeat. */
  readonly confidence: number;
  /** Every trial's value, in the order they ran. */
  readonly samples: readonly number[];
  /** Under what condition it was read, in a few words: `optimised code`, `cold`. */
  readonly note?: string | undefined;
}

/** What `import r from "result:label"` gives for one variant. */
export interface ResultVariant {
  readonly params: Readonly<Record<string, Scalar>>;
  /** Metrics of the unnamed region (or of the only region), by id. */
  readonly metrics: Readonly<Record<string, MetricSummary>>;
  /** Metrics by region name, then by id; the unnamed region is `""`. */
  readonly regions: Readonly<Record<string, Readonly<Record<string, MetricSummary>>>>;
  /** Collections of the first `gc` trial. */
  readonly collections: readonly Collection[];
  /** The heap at both ends of each region, of the same trial. */
  readonly regionHeaps: readonly RegionHeap[];
  /** Checkpoints of the first `peak` trial. */
  readonly checkpoints: readonly Checkpoint[];
  /** Allocations by line of the first `lines` trial, one profile for each region. */
  readonly lineProfiles: readonly LineProfile[];
  /** Rows given to `table(rows, { name })`, by name (`table` where none was given). */
  readonly tables: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  /** What the variant printed to stdout. */
  readonly stdout: string;
}

/** What `import r from "result:label"` gives. */
export interface ResultModule {
  readonly label: string;
  readonly variants: readonly ResultVariant[];
}

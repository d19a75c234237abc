/** The results of a report (`results.json`), from one trial to the whole report. The store keeps trial sets in the same form. */

import type { ClaimEstimate, ClaimTest, RecordedValue, Verdict } from "./claims.ts";
import type { Checkpoint, Collection, EffectiveLimits, MarkingStep, RegionHeap } from "./collections.ts";
import type { DrawingLimit } from "./drawing-limit.ts";
import type { LineProfile } from "./line-profile.ts";
import type { MetricReading, MetricSummary } from "./metrics.ts";
import type { ProbeName } from "./probes.ts";
import type { MimeBundle, Scalar } from "./values.ts";

/** Version of `results.json` and of the files in the store. A change that a reader of the old form would misread raises it. */
export const SCHEMA_VERSION = 2;

/** A sentence of the report with the test of its estimate. */
export interface Claim {
  /** Plain text, code in backticks. */
  readonly sentence: string;
  readonly estimate: ClaimEstimate;
  readonly test: ClaimTest;
  readonly recorded: RecordedValue | null;
  /** The cell's own verdict, without the correction for the other claims of the report (`listClaims()`). */
  readonly verdict: Verdict;
  /**
   * Smallest significance level, 0…1, at which the interval decides the claim; 1 for a single trial. Null for exact values and
   * where the cell gave a number or ends itself.
   */
  readonly pValue: number | null;
  /** Place of the `claim()` call in the cell's bundle, which stays the same when prose above the cell moves its lines. */
  readonly bundlePlace: { readonly line: number; readonly column: number } | null;
  /** The same place in `report.md` or in a module beside it; null if no line of the author made the call. */
  readonly place: { readonly file: string; readonly line: number } | null;
}

/** One output of a cell. */
export type Output =
  | {
      readonly type: "stream";
      readonly name: "stdout" | "stderr";
      readonly text: string;
      /** Bytes cut off after `text`. */
      readonly cutBytes: number;
      /** SHA-256 of the whole text, in hex, where `.heapbook/outputs` keeps it. */
      readonly whole?: string | undefined;
    }
  | {
      readonly type: "display";
      readonly data: MimeBundle;
      readonly name?: string | undefined;
      /** Bytes of the data that were cut off; absent where all are there. */
      readonly cutBytes?: number | undefined;
      /** SHA-256 of the whole text, in hex. */
      readonly whole?: string | undefined;
    }
  | { readonly type: "claim"; readonly claim: Claim };

/** One frame of a stack, with its place in the report or in a module beside it. */
export interface StackFrame {
  readonly functionName: string;
  /** Relative to the report's folder; `report.md` for the cell itself. Undefined for frames inside Node or Heapbook. */
  readonly file?: string | undefined;
  readonly line: number;
  readonly column: number;
}

/** Codes of the errors that say which program is missing on this machine: a Python that can run a cell, or the parser for line profiles. */
export const INTERPRETER_CODES = [
  "python-not-found",
  "python-not-usable",
  "python-too-old",
  "pyodide-not-installed",
  "parser-not-installed",
] as const;
export type InterpreterCode = (typeof INTERPRETER_CODES)[number];

/** Why a trial failed, by kind. */
export type Failure =
  | {
      readonly kind: "exception";
      readonly name: string;
      readonly message: string;
      readonly uncaught: boolean;
      readonly frames: readonly StackFrame[];
      /** Number of frames inside Node or Heapbook, which `frames` omits. */
      readonly hiddenFrames: number;
      /** Of a message that was cut: its bytes that `message` lacks, and the SHA-256 of the whole, in hex. */
      readonly cut?: { readonly bytes: number; readonly whole: string } | undefined;
    }
  /** `finished`: the cell ran to its end and had set an exit code (`process.exitCode`). */
  | { readonly kind: "exit-code"; readonly exitCode: number; readonly finished?: true | undefined }
  | { readonly kind: "signal"; readonly signal: string }
  | { readonly kind: "timeout"; readonly timeoutMs: number }
  | {
      readonly kind: "heap-limit";
      readonly heapSizeLimitBytes: number | null;
      /** V8's lines about its last collections, from stderr. */
      readonly lastCollections: readonly string[];
    }
  /** The process exited with code 0, but without the record `end`. */
  | { readonly kind: "no-output" }
  /** A line on file descriptor 3 was not a record of the protocol. */
  | { readonly kind: "bad-message"; readonly text: string }
  /** A top-level `await` of the cell never settled. */
  | { readonly kind: "unsettled-await" }
  /** The process could not be started. */
  | { readonly kind: "spawn"; readonly message: string }
  /** The drawing of a chart that the cell passed on, or that it is, was ended. */
  | ({ readonly kind: "drawing-limit" } & DrawingLimit)
  /** No interpreter on this machine can run the cell, or the parser that its line profiles need is missing. `code`: code of the `UserError`. */
  | {
      readonly kind: "no-interpreter";
      readonly code: InterpreterCode;
      readonly message: string;
      readonly hint: string;
    };

/** Limits of V8 in one process: those that it reports, and the limit of a semi-space, which follows from flags. */
export interface TrialLimits extends EffectiveLimits {
  /**
   * Maximum size of a semi-space, in bytes: from the heap limit if a flag sets the old generation's limit, else from the flag for
   * semi-spaces, else the runtime's default; null if unknown.
   */
  readonly semiSpaceLimitBytes: number | null;
}

/** One trial: a process that has ended. */
export interface Trial {
  readonly failure: Failure | null;
  readonly durationMs: number;
  readonly limits: TrialLimits | null;
  /** In the order in which the cell showed them; kept for the `output` probe and for failed trials. */
  readonly outputs: readonly Output[];
  readonly readings: readonly MetricReading[];
  readonly collections: readonly Collection[];
  /** Steps of incremental marking, which free nothing; under the probe `gc`. Absent where there were none. */
  readonly markingSteps?: readonly MarkingStep[] | undefined;
  /** The heap at both ends of each region, in the order in which the regions ended; under the probe `gc`. */
  readonly regionHeaps: readonly RegionHeap[];
  readonly checkpoints: readonly Checkpoint[];
  /** Allocations by source line, one profile for each region name: that of the last region of the name. */
  readonly lineProfiles: readonly LineProfile[];
  /** Of an `output` trial: regions whose work goes on after them. */
  readonly unfinishedWork: readonly UnfinishedWork[];
  /** Of an `output` trial: memory that no metric of live or allocated bytes contains. Absent where there was none. */
  readonly unseenMemory?: readonly UnseenMemory[] | undefined;
  /** Files that the cell read, relative to the report's folder if inside it. Only under the `output` probe. */
  readonly reads: readonly string[];
}

/** Machine, versions and time of a measurement. */
export interface Environment {
  readonly heapbook: string;
  readonly node: string;
  readonly v8: string;
  /** Interpreter of a python cell, with the width of its pointers: `CPython 3.11.7, 64-bit`. */
  readonly python?: string | undefined;
  readonly platform: string;
  readonly arch: string;
  readonly osRelease: string;
  readonly cpuModel: string;
  readonly cores: number;
  readonly memoryBytes: number;
  /** Limit of the container (cgroup), if below the machine's memory; null without one. */
  readonly memoryLimitBytes: number | null;
  /** Short hash of the git commit, with `-dirty` if the work tree differed; null outside a repository. */
  readonly commit: string | null;
  /** ISO 8601 date and time, UTC, of the first trial. */
  readonly measuredAt: string;
}

/** The trials of one variant under one probe. The store keeps and reuses whole trial sets. */
export interface TrialSet {
  readonly probe: ProbeName;
  readonly fingerprint: string;
  /** Arguments of Node before the script. */
  readonly flags: readonly string[];
  readonly environment: Environment;
  readonly trials: readonly Trial[];
}

/** Everything measured of one variant. */
export interface VariantResult {
  readonly params: Readonly<Record<string, Scalar>>;
  readonly trialSets: readonly TrialSet[];
  readonly metrics: readonly MetricSummary[];
  /** The first failure of any of its trials. */
  readonly failure: Failure | null;
  /** Outputs of the first `output` trial. */
  readonly outputs: readonly Output[];
}

/**
 * State of a cell.
 *
 * - `completed`, `failed`: the cell was run, now or in an earlier render.
 * - `blocked`: not run, because a cell whose result it imports failed.
 * - `not-run`: `eval: false`, or `--no-execute` and nothing stored.
 */
export type CellState = "completed" | "failed" | "blocked" | "not-run";

/** Every kind of conclusion; `flag` is a V8 flag that does nothing or is unsafe. */
export type ConclusionId =
  | "flag"
  | "work-after-region"
  | "unseen-memory"
  | "samples-differ"
  | "peak-uncertain"
  | "heap-limit-near"
  | "observer-cost"
  | "first-trial-slow"
  | "outliers"
  | "few-collections"
  | "few-trials"
  | "lines-outside";

/**
 * Memory that the probes do not read: heaps of worker threads, memories of WebAssembly that V8 does not count, what `resize()` adds to
 * an ArrayBuffer up to Node 23, and SharedArrayBuffers.
 */
export const UNSEEN_MEMORY = ["worker-threads", "webassembly", "resizable-buffers", "shared-buffers"] as const;
export type UnseenMemory = (typeof UNSEEN_MEMORY)[number];

/** Work that keeps the event loop open when a region ends, and that the region began. */
export interface UnfinishedWork {
  readonly region: string;
  /** Node's names: `Timeout`, `TCPServerWrap`. */
  readonly kinds: readonly string[];
}

/** A note or warning about a cell's results, drawn from the results alone: how far to trust them, and what to do. */
export interface Conclusion {
  readonly id: ConclusionId;
  readonly severity: "note" | "warning";
  /** Label of the cell. */
  readonly label: string;
  /** Markdown: code in backticks, nothing else. */
  readonly message: string;
}

/** Everything measured of one cell. */
export interface CellResult {
  readonly label: string;
  readonly language: string;
  readonly state: CellState;
  /** For `blocked`: labels of the failed cells whose results the cell imports. */
  readonly blockedBy: readonly string[];
  readonly variants: readonly VariantResult[];
  /** Warnings first; without conclusions that the cell's option `silence` names. */
  readonly conclusions: readonly Conclusion[];
}

/** `results.json`: everything a report measured. */
export interface ReportResults {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly report: { readonly slug: string; readonly title: string };
  readonly params: Readonly<Record<string, Scalar>>;
  readonly cells: readonly CellResult[];
}

/** The results of a report (`results.json`), from one trial to the whole report. The store keeps trial sets in the same form. */

import type { ClaimEstimate, ClaimTest, RecordedValue, Verdict } from "./claims.ts";
import type { Checkpoint, Collection, EffectiveLimits, MarkingStep, RegionHeap } from "./collections.ts";
import type { DrawingLimit } from "./drawing-limit.ts";
import type { LineProfile } from "./line-profile.ts";
import type { MetricReading, MetricSummary } from "./metrics.ts";
import type { ProbeName } from "./probes.ts";
import type { MimeBundle, Scalar } from "./values.ts";

/**
 * Version of the format of `results.json` and of the files in the store. Raise it for a change that a reader of the old
 * format would misread.
 */
export const SCHEMA_VERSION = 2;

/** A sentence of the report with the test of its estimate. */
export interface Claim {
  /** Plain text, code in backticks. */
  readonly sentence: string;
  readonly estimate: ClaimEstimate;
  readonly test: ClaimTest;
  readonly recorded: RecordedValue | null;
  /** The claim's verdict on its own, without the correction for multiple claims in the report (`listClaims()`). */
  readonly verdict: Verdict;
  /**
   * Smallest significance level, 0…1, at which the interval decides the claim; 1 for a single trial. Null for exact
   * values, plain numbers, and estimates whose interval the cell gave.
   */
  readonly pValue: number | null;
  /**
   * Position of the `claim()` call in the cell's bundle. Unlike the position in report.md, it stays the same when prose
   * is added above the cell.
   */
  readonly bundlePlace: { readonly line: number; readonly column: number } | null;
  /**
   * Position of the `claim()` call in `report.md` or in a module beside it; null if no code of the author made the
   * call.
   */
  readonly place: { readonly file: string; readonly line: number } | null;
}

/** One output of a cell. */
export type Output =
  | {
      readonly type: "stream";
      readonly name: "stdout" | "stderr";
      readonly text: string;
      /** Number of bytes that were cut off after `text`. */
      readonly cutBytes: number;
      /** SHA-256, in hex, of the complete text, where `.heapbook/outputs` keeps that text. */
      readonly whole?: string | undefined;
    }
  | {
      readonly type: "display";
      readonly data: MimeBundle;
      readonly name?: string | undefined;
      /** Number of bytes that were cut off from the data; absent if the data are complete. */
      readonly cutBytes?: number | undefined;
      /** SHA-256 of the complete text, in hex. */
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
      /**
       * Only where the message was cut: number of bytes missing from `message`, and SHA-256 of the complete message, in
       * hex.
       */
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
  /**
   * Drawing a chart exceeded a limit. The chart is one that the cell passed to `chart()`, or the `vega-lite` cell
   * itself.
   */
  | ({ readonly kind: "drawing-limit" } & DrawingLimit)
  /** No interpreter on this machine can run the cell, or the parser that its line profiles need is missing. `code`: code of the `UserError`. */
  | {
      readonly kind: "no-interpreter";
      readonly code: InterpreterCode;
      readonly message: string;
      readonly hint: string;
    };

/**
 * V8's memory limits in one process: those that V8 reports, and the semi-space limit, which Heapbook derives from the
 * flags.
 */
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
  /** Allocations by source line, one profile for each region name; of several regions with one name, the last. */
  readonly lineProfiles: readonly LineProfile[];
  /** Work that a region started and that went on after its end. Only in `output` trials. */
  readonly unfinishedWork: readonly UnfinishedWork[];
  /**
   * Memory that no metric of live or allocated bytes includes. Only in `output` trials; absent where there was none.
   */
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
  /** The first failure among the variant's trials; null if none failed. */
  readonly failure: Failure | null;
  /** Outputs of the first `output` trial. */
  readonly outputs: readonly Output[];
}

/**
 * State of a cell.
 *
 * - `completed`, `failed`: the cell has run, in this render or an earlier one.
 * - `blocked`: not run, because a cell whose result it imports failed.
 * - `not-run`: because of `eval: false`, or because `--no-execute` found no stored result.
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
 * Kinds of memory that the probes do not read: heaps of worker threads, WebAssembly memories that V8 does not count,
 * bytes that `resize()` adds to an ArrayBuffer up to Node 23, and SharedArrayBuffers.
 */
export const UNSEEN_MEMORY = ["worker-threads", "webassembly", "resizable-buffers", "shared-buffers"] as const;
export type UnseenMemory = (typeof UNSEEN_MEMORY)[number];

/** Work that a region started and that still keeps the event loop open when the region ends. */
export interface UnfinishedWork {
  readonly region: string;
  /** Node's names for the pending work: `Timeout`, `TCPServerWrap`. */
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

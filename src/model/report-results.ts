import type { ClaimEstimate, ClaimTest, RecordedValue, Verdict } from "./claims.ts";
import type { Checkpoint, Collection, EffectiveLimits, RegionHeap } from "./collections.ts";
import type { LineProfile } from "./line-profile.ts";
import type { MetricReading, MetricSummary } from "./metrics.ts";
import type { ProbeName } from "./probes.ts";
import type { MimeBundle, Scalar } from "./values.ts";

/** Version of `results.json` and of the files in the store. Raised whenever a reader of the old form would misread the new. */
export const SCHEMA_VERSION = 1;

/** A sentence of the report, tested against what was measured. */
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
  /** Where it was made, in the cell's bundle: the bundle stays the same while prose above the cell moves its lines. */
  readonly bundlePlace: { readonly line: number; readonly column: number } | null;
  /** The same in what the author wrote: `report.md`, or a module beside it; null where no author's line made it. */
  readonly place: { readonly file: string; readonly line: number } | null;
}

/** What a cell showed, in the order it showed it. */
export type Output =
  | {
      readonly type: "stream";
      readonly name: "stdout" | "stderr";
      readonly text: string;
      /** Bytes that were cut away after `text`. */
      readonly cutBytes: number;
    }
  | { readonly type: "display"; readonly data: MimeBundle; readonly name?: string | undefined }
  | { readonly type: "claim"; readonly claim: Claim };

/** One frame of a stack, in lines of the report or of a module beside it. */
export interface StackFrame {
  readonly functionName: string;
  /** Relative to the report's folder; `report.md` for the cell itself. Undefined for frames inside Node or Heapbook. */
  readonly file?: string | undefined;
  readonly line: number;
  readonly column: number;
}

/** Every way in which a trial can end badly, told apart. */
export type Failure =
  | {
      readonly kind: "exception";
      readonly name: string;
      readonly message: string;
      readonly uncaught: boolean;
      readonly frames: readonly StackFrame[];
      /** Frames inside Node or Heapbook, left out. */
      readonly hiddenFrames: number;
    }
  | { readonly kind: "exit-code"; readonly exitCode: number }
  | { readonly kind: "signal"; readonly signal: string }
  | { readonly kind: "timeout"; readonly timeoutMs: number }
  | {
      readonly kind: "heap-limit";
      readonly heapSizeLimitBytes: number | null;
      /** V8's last lines on its last collections. */
      readonly lastCollections: readonly string[];
    }
  /** The process ended well, but without saying that its cell had finished. */
  | { readonly kind: "no-output" }
  /** What came on file descriptor 3 was not of the protocol. */
  | { readonly kind: "bad-message"; readonly text: string }
  /** The top-level `await` of the cell never settled. */
  | { readonly kind: "unsettled-await" }
  /** The process could not be started. */
  | { readonly kind: "spawn"; readonly message: string }
  /** There is nothing on this machine that could run the cell. `code` is that of the error told. */
  | { readonly kind: "no-interpreter"; readonly code: string; readonly message: string; readonly hint: string };

/** What V8 held to in one process: what it said itself, and what follows from its flags. */
export interface TrialLimits extends EffectiveLimits {
  /**
   * What a semi-space could grow to: from the heap limit where a flag gives the old generation's, else from the flag for it,
   * else the runtime's own; null where none of them tells.
   */
  readonly semiSpaceLimitBytes: number | null;
}

/** One process, ended. */
export interface Trial {
  readonly failure: Failure | null;
  readonly durationMs: number;
  readonly limits: TrialLimits | null;
  /** Kept for the `output` probe and for trials that failed. */
  readonly outputs: readonly Output[];
  readonly readings: readonly MetricReading[];
  readonly collections: readonly Collection[];
  /** The heap at both ends of each region, in the order in which they ended; of the probe `gc`. */
  readonly regionHeaps: readonly RegionHeap[];
  readonly checkpoints: readonly Checkpoint[];
  /** Allocations by source line, one profile for each region; of regions of one name that of the last. */
  readonly lineProfiles: readonly LineProfile[];
  /** Files it read, relative to the report's folder where they are inside it. Only under the `output` probe. */
  readonly reads: readonly string[];
}

/** Where and when something was measured. */
export interface Environment {
  readonly heapbook: string;
  readonly node: string;
  readonly v8: string;
  /** The Python of a python cell, with the width of its pointers: `CPython 3.11.7, 64-bit`. */
  readonly python?: string | undefined;
  readonly platform: string;
  readonly arch: string;
  readonly osRelease: string;
  readonly cpuModel: string;
  readonly cores: number;
  readonly memoryBytes: number;
  /** Limit that a container (cgroup) sets, where it is below the machine's memory; null without one. */
  readonly memoryLimitBytes: number | null;
  /** Short hash, with `-dirty` where the work tree differed; null outside a git repository. */
  readonly commit: string | null;
  /** ISO 8601 date and time, UTC, of the first trial. */
  readonly measuredAt: string;
}

/** The trials of one variant under one probe: the unit of reuse. */
export interface TrialSet {
  readonly probe: ProbeName;
  readonly fingerprint: string;
  /** Arguments Node was given before the script. */
  readonly flags: readonly string[];
  readonly environment: Environment;
  readonly trials: readonly Trial[];
}

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
 * - `completed`, `failed`: run, now or earlier.
 * - `blocked`: not run, since a cell whose result it imports failed.
 * - `not-run`: `eval: false`, or `--no-execute` and nothing stored.
 */
export type CellState = "completed" | "failed" | "blocked" | "not-run";

/** Every kind of conclusion; `flag` is a V8 flag that does nothing or is unsafe. */
export type ConclusionId =
  | "flag"
  | "samples-differ"
  | "peak-missed"
  | "heap-limit-near"
  | "observer-cost"
  | "first-trial-slow"
  | "outliers"
  | "few-collections"
  | "few-trials"
  | "lines-outside";

/** What the results of a cell say about themselves: how far they can be trusted, and what to do. */
export interface Conclusion {
  readonly id: ConclusionId;
  readonly severity: "note" | "warning";
  /** Label of the cell. */
  readonly label: string;
  /** Markdown: code in backticks, nothing else. */
  readonly message: string;
}

export interface CellResult {
  readonly label: string;
  readonly language: string;
  readonly state: CellState;
  /** Labels of the failed cells it needs, for `blocked`. */
  readonly blockedBy: readonly string[];
  readonly variants: readonly VariantResult[];
  /** Warnings first; without those that the cell's option `silence` leaves out. */
  readonly conclusions: readonly Conclusion[];
}

/** `results.json`: everything a report measured. */
export interface ReportResults {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly report: { readonly slug: string; readonly title: string };
  readonly params: Readonly<Record<string, Scalar>>;
  readonly cells: readonly CellResult[];
}

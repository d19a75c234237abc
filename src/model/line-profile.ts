import type { MeasuredInstrumentation } from "./instrumentation.ts";

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
export interface NotInstrumentedPlace {
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

/** The allocations of one region, by source line. */
export interface LineProfile {
  readonly region: string;
  /** How allocations were assigned to lines. With the engine `meter` all live bytes and objects are 0: they were not measured. */
  readonly instrumentation: MeasuredInstrumentation;
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
  readonly notInstrumented: readonly NotInstrumentedPlace[];
  /** Whether or not it has run. */
  readonly outside: readonly OutsidePlace[];
  /** The text that was measured, by file, line by line. Of report.md the cells alone: its other lines are empty. */
  readonly sources: Readonly<Record<string, readonly string[]>>;
}

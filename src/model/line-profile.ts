import type { MeasuredInstrumentation } from "./instrumentation.ts";

/** Allocations of one source line in one region, and its live objects at the region's end. */
export interface LineAllocation {
  /** Relative to the report's folder; `report.md` for cells. */
  readonly file: string;
  /** Counted from 1, as the author sees it. */
  readonly line: number;
  /** Live bytes that the line allocated: at the region's end less those at its start. Below 0 where more was freed than added. */
  readonly liveBytes: number;
  readonly liveObjects: number;
  /** Bytes allocated in the region, freed ones included. */
  readonly allocatedBytes: number;
  readonly allocations: number;
  /** Part of `allocatedBytes` that is known only for the function that begins on this line. */
  readonly functionLevelBytes: number;
  /**
   * Part of the line's amounts that belongs to no code of it but to the start of its module: V8 knows it for line 1 only. Only of programs
   * that `heapbook trace` runs, whose modules start one by one.
   */
  readonly startUp?: StartUpAmounts | undefined;
  /** Standard errors of the bytes; only for estimates from samples. */
  readonly standardError?: SampledError | undefined;
}

/** What the start of a module allocated: its imports, and code of its top level that is not instrumented. */
export type StartUpAmounts = Pick<LineAllocation, "liveBytes" | "liveObjects" | "allocatedBytes" | "allocations">;

/** Standard errors of an estimate, in bytes. */
export interface SampledError {
  readonly allocatedBytes: number;
  readonly liveBytes: number;
  /**
   * Largest systematic error of the live bytes, in bytes, ≥ 0: each trial has it, so more trials do not lower it. It is in `liveBytes`, too,
   * divided by 1.96. Absent where it is 0.
   */
  readonly systematicLiveBytes?: number | undefined;
}

/** Live objects of one type. */
export interface TypeAllocation {
  /** As in the summary of V8's heap snapshots: name of the constructor, or a kind of object in parentheses. */
  readonly type: string;
  /** At the region's end less those at its start. */
  readonly liveBytes: number;
  readonly liveObjects: number;
}

/** A node of the call tree. Its amounts are self amounts, without those of its children. */
export interface AllocationCallNode {
  readonly functionName: string;
  /** Line on which the function begins; 0 for nodes that are no function. A function has one node for each line. */
  readonly functionLine: number;
  readonly file: string;
  /** The line at which the function called or allocated. */
  readonly line: number;
  readonly allocatedBytes: number;
  readonly liveBytes: number;
  readonly allocations: number;
  readonly children: readonly AllocationCallNode[];
}

/** Syntax that stays outside of markers: its allocations are known only for its function. */
export interface NotInstrumentedPlace {
  readonly file: string;
  readonly line: number;
  /** `yield*`, `object-rest`, … */
  readonly kind: string;
  readonly why: string;
}

/** Code that runs outside of all markers. Its allocations belong to the line that runs it; those of a worker are not measured. */
export interface OutsidePlace {
  readonly file: string;
  readonly line: number;
  readonly kind: "direct-eval" | "with" | "worker";
}

/** The live bytes of a program at one moment of its run. */
export interface LiveReading {
  /** Since the start of the process, in milliseconds. */
  readonly atMs: number;
  /** Of all lines, allocated since the start of the run. */
  readonly liveBytes: number;
  /** Lines with live bytes; sorted by file, then by line. */
  readonly lines: readonly LineAllocation[];
}

/** The allocations of one region, by source line. */
export interface LineProfile {
  readonly region: string;
  /** How allocations were assigned to lines. With the engine `meter` all live bytes and objects are 0: they were not measured. */
  readonly instrumentation: MeasuredInstrumentation;
  /** Sorted by file, then by line. */
  readonly lines: readonly LineAllocation[];
  /** Amounts that belong to no line of the author's modules: of Node itself, and of V8's code, feedback and shapes. */
  readonly elsewhere: {
    readonly liveBytes: number;
    readonly allocatedBytes: number;
    /**
     * Part of `liveBytes` outside of V8's heap that no line owns, such as long strings made from Buffers. Known of programs that
     * `heapbook trace` runs with the engine `tracker`.
     */
    readonly externalBytes?: number | undefined;
    /** Why `externalBytes` is not known, and not in `liveBytes`: V8 up to Node 23 counts resizable ArrayBuffers of the program wrongly. */
    readonly unknownExternal?: "resizable-buffers" | undefined;
  };
  /**
   * Root of the call tree. Its total bytes equal those of `lines` and `elsewhere` together; `elsewhere` is the node
   * `(elsewhere)`. Subtrees below 0.1 % of the total are folded into the node `(other)` of their parent.
   */
  readonly calls: AllocationCallNode;
  /**
   * Live bytes of `lines` and `elsewhere` by type, the largest first; types of less than 0.1 % of all are one, `(other)`. Empty with
   * engines other than the tracker.
   */
  readonly types: readonly TypeAllocation[];
  /** Syntax in functions that have function-level bytes, those with most bytes first. */
  readonly notInstrumented: readonly NotInstrumentedPlace[];
  /** Code outside of markers, whether or not it has run. */
  readonly outside: readonly OutsidePlace[];
  /** The measured source, by file, line by line. report.md contains only its cells: its other lines are empty. */
  readonly sources: Readonly<Record<string, readonly string[]>>;
}

/** A line profile, with that of the moment of the region's peak: what was alive then, and what had been allocated until then. */
export interface RegionProfile extends LineProfile {
  /** Only where the search for the peak looked for it. */
  readonly atPeak?: LineProfile;
}

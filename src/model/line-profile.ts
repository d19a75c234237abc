import type { InexactPlace } from "./inexact-places.ts";
import type { MeasuredInstrumentation } from "./instrumentation.ts";

/** Allocations of one source line in one region, and its live objects at the region's end. */
export interface LineAllocation {
  /** Path relative to the report's folder; `report.md` for cells. */
  readonly file: string;
  /** Line number in the author's file, from 1. */
  readonly line: number;
  /**
   * Change of the line's live bytes over the region: bytes at the end minus bytes at the start. Negative where more was
   * freed than added.
   */
  readonly liveBytes: number;
  readonly liveObjects: number;
  /** Bytes that the line allocated in the region, including bytes that were freed. */
  readonly allocatedBytes: number;
  readonly allocations: number;
  /**
   * Part of `allocatedBytes` that could be assigned to a function only, not to a line. It is counted on the function's
   * first line.
   */
  readonly functionLevelBytes: number;
  /**
   * Part of the line's amounts that comes from the start of its module, for which V8 reports line 1. Only for programs
   * under `heapbook trace`, whose modules start one by one.
   */
  readonly startUp?: StartUpAmounts | undefined;
  /** Standard errors of the bytes; only for estimates from samples. */
  readonly standardError?: SampledError | undefined;
}

/** Amounts allocated at the start of a module: by its imports, and by top-level code that is not instrumented. */
export type StartUpAmounts = Pick<LineAllocation, "liveBytes" | "liveObjects" | "allocatedBytes" | "allocations">;

/** Standard errors of an estimate, in bytes. */
export interface SampledError {
  readonly allocatedBytes: number;
  readonly liveBytes: number;
  /**
   * Largest systematic error of the live bytes, in bytes, ≥ 0; absent for 0. All trials share this error, so more
   * trials do not lower it. The standard error `liveBytes` includes it, divided by 1.96.
   */
  readonly systematicLiveBytes?: number | undefined;
}

/** Live objects of one type. */
export interface TypeAllocation {
  /** Name of the type as in V8's heap snapshot summary: the constructor's name, or a kind of object in parentheses. */
  readonly type: string;
  /** Change of the live bytes over the region: bytes at the end minus bytes at the start. */
  readonly liveBytes: number;
  readonly liveObjects: number;
}

/** A node of the call tree. Its amounts are self amounts, without those of its children. */
export interface AllocationCallNode {
  readonly functionName: string;
  /**
   * Line on which the function begins; 0 for nodes that are not functions. A function has one node for each of its
   * lines.
   */
  readonly functionLine: number;
  readonly file: string;
  /** The line at which the function called or allocated. */
  readonly line: number;
  readonly allocatedBytes: number;
  readonly liveBytes: number;
  readonly allocations: number;
  readonly children: readonly AllocationCallNode[];
}

/** Syntax that the instrumentation cannot wrap in a marker. Its allocations are known for the whole function only. */
export interface NotInstrumentedPlace {
  readonly file: string;
  readonly line: number;
  /** Kind of syntax: `yield*`, `object-rest`, … */
  readonly kind: string;
  readonly why: string;
}

/**
 * Code that is not instrumented, such as `eval` or a worker. Its allocations are assigned to the line that runs it;
 * allocations of a worker are not measured.
 */
export interface OutsidePlace {
  readonly file: string;
  readonly line: number;
  readonly kind: "direct-eval" | "with" | "worker";
}

/** The live bytes of a program at one moment of its run. */
export interface LiveReading {
  /** Time of the reading, in ms since the start of the process. */
  readonly atMs: number;
  /** Present if the reading is the one just before the driver (`--drive`) started. */
  readonly isDriverStart?: true;
  /** Live bytes of all lines that were allocated since the start of the run. */
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
  /**
   * Amounts that belong to no line of the author's modules: allocations of Node itself, and of V8 for compiled code,
   * feedback and object shapes.
   */
  readonly elsewhere: {
    readonly liveBytes: number;
    readonly allocatedBytes: number;
    /**
     * Part of `liveBytes` that lies outside V8's heap and belongs to no line, such as long strings made from Buffers.
     * Only for programs under `heapbook trace` with the engine `tracker`.
     */
    readonly externalBytes?: number | undefined;
    /**
     * Reason why `externalBytes` is unknown and not part of `liveBytes`: V8 up to Node 23 miscounts the program's
     * resizable ArrayBuffers.
     */
    readonly unknownExternal?: "resizable-buffers" | undefined;
  };
  /**
   * Root of the call tree. Its total bytes equal those of `lines` and `elsewhere` together; `elsewhere` is the node
   * `(elsewhere)`. Subtrees below 0.1 % of the total are folded into the node `(other)` of their parent.
   */
  readonly calls: AllocationCallNode;
  /**
   * Live bytes of `lines` and `elsewhere` by type, the largest first. Types below 0.1 % of the total are joined as
   * `(other)`. Empty unless the engine is `tracker`.
   */
  readonly types: readonly TypeAllocation[];
  /**
   * Syntax that could not be instrumented, in functions that have function-level bytes; places with the most bytes
   * first.
   */
  readonly notInstrumented: readonly NotInstrumentedPlace[];
  /** Code that is not instrumented, such as `eval`, whether or not it ran. */
  readonly outside: readonly OutsidePlace[];
  /**
   * Code of which the engine may count too much; places with the most bytes first. Empty for the engine `sampler`, whose
   * bytes are estimates.
   */
  readonly inexact: readonly InexactPlace[];
  /**
   * Source text by file, as an array of lines. Of report.md, only lines of cells have text: its other lines are empty.
   */
  readonly sources: Readonly<Record<string, readonly string[]>>;
}

/** A line profile of a region, and optionally a second profile at the moment of the region's peak. */
export interface RegionProfile extends LineProfile {
  /**
   * Profile at the peak: live bytes at that moment, and bytes allocated until then. Present only if the search for the
   * peak recorded lines.
   */
  readonly atPeak?: LineProfile;
}

/**
 * Tables, listings and graphs of allocations by line, as a cell passes them to the page.
 */
import type { MeasuredInstrumentation } from "./instrumentation.ts";
import type { LineAllocation, NotInstrumentedPlace } from "./line-profile.ts";

/** The bytes that lines and calls are compared by: all that were allocated, or those alive at the end of the region, or at its peak. */
export type AllocationMeasure = "allocated" | "live" | "peak";

/** Amounts of one line, or sums of several. */
export type LineCounts = Pick<LineAllocation, "liveBytes" | "liveObjects" | "allocatedBytes" | "allocations">;

/** A row of a table. `difference`: amounts less those of the other run; null where there is no other run. */
export interface LineTableRow extends LineAllocation {
  /** Text of the line without its indentation. */
  readonly source: string;
  readonly difference: LineCounts | null;
  /** Standard error of the bytes that lines are sorted by, or of their difference; only for estimates. */
  readonly errorBytes?: number;
}

/** A last row of a table of lines: bytes, and their difference from the other run. */
export interface LineTableSum {
  readonly liveBytes: number;
  readonly allocatedBytes: number;
  readonly difference: { readonly liveBytes: number; readonly allocatedBytes: number } | null;
}

/** The heaviest lines of one profile, or of the difference of two: `application/vnd.heapbook.lines+json` holds a list of them. */
export interface LineTable {
  /** The variant; empty where there is one. */
  readonly name: string;
  /** The variant compared with, null where there is none. */
  readonly comparedWith: string | null;
  readonly by: AllocationMeasure;
  readonly instrumentation: MeasuredInstrumentation;
  readonly rows: readonly LineTableRow[];
  /** Lines that allocate and are not among `rows`. */
  readonly others: LineTableSum & { readonly lines: number };
  readonly elsewhere: LineTableSum;
  readonly total: LineTableSum;
  /** Part of the total allocated bytes that is known only for functions. */
  readonly functionLevelBytes: number;
  /** Syntax outside of markers: the first places, and the number of all. */
  readonly notInstrumented: { readonly places: readonly NotInstrumentedPlace[]; readonly count: number };
}

/** A line of a listing that allocates. */
export type ListingMark = Pick<LineAllocation, "line" | "liveBytes" | "allocatedBytes" | "functionLevelBytes">;

/** A file with its bytes in the margin: `application/vnd.heapbook.listing+json`. With `comparedWith`, bytes are differences. */
export interface Listing {
  readonly file: string;
  readonly name: string;
  readonly comparedWith: string | null;
  /** Present where the bytes are those of the moment of the peak. */
  readonly by?: "peak";
  readonly instrumentation: MeasuredInstrumentation;
  /** Shown parts of the file from top to bottom; the lines between them are hidden. */
  readonly parts: readonly { readonly firstLine: number; readonly lines: readonly string[] }[];
  /** Lines of the file. */
  readonly lineCount: number;
  readonly marks: readonly ListingMark[];
  /** All bytes of the profile, of which the page shows shares. */
  readonly total: { readonly liveBytes: number; readonly allocatedBytes: number };
}

/** A function in a flame graph, below its caller; `line` is where it begins, `bytes` are its own. */
export interface FlameNode {
  readonly functionName: string;
  readonly file: string;
  readonly line: number;
  readonly bytes: number;
  readonly children: readonly FlameNode[];
}

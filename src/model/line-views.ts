/** Data of tables, listings and flame graphs of allocations by line, as a cell passes them to the page. */

import type { InexactPlace } from "./inexact-places.ts";
import type { MeasuredInstrumentation } from "./instrumentation.ts";
import type { LineAllocation, NotInstrumentedPlace } from "./line-profile.ts";
import type { LeftOut } from "./ready-charts.ts";

/**
 * Which bytes are shown or compared: all allocated bytes, bytes alive at the end of the region, or bytes alive at its
 * peak.
 */
export type AllocationMeasure = "allocated" | "live" | "peak";

/** Amounts of one line, or sums of several. */
export type LineCounts = Pick<LineAllocation, "liveBytes" | "liveObjects" | "allocatedBytes" | "allocations">;

/** A row of a table. `difference`: amounts less those of the other run; null where there is no other run. */
export interface LineTableRow extends LineAllocation {
  /** Text of the line without its indentation. */
  readonly source: string;
  readonly difference: LineCounts | null;
  /**
   * Standard error of the bytes by which rows are sorted, or of their difference from the other run. Only for
   * estimates.
   */
  readonly errorBytes?: number;
}

/** A summary row of a table of lines: bytes, and their difference from the other run. */
export interface LineTableSum {
  readonly liveBytes: number;
  readonly allocatedBytes: number;
  readonly difference: { readonly liveBytes: number; readonly allocatedBytes: number } | null;
}

/** The heaviest lines of one profile, or of the difference of two: `application/vnd.heapbook.lines+json` holds a list of them. */
export interface LineTable {
  /** Name of the variant; empty if there is only one variant. */
  readonly name: string;
  /** Name of the variant that is subtracted; null if there is none. */
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
  /** Syntax that could not be instrumented: the first places, and the number of all places. */
  readonly notInstrumented: { readonly places: readonly NotInstrumentedPlace[]; readonly count: number };
  /** Code of which the profile may be off: the first places, and the number of all. */
  readonly inexact: { readonly places: readonly InexactPlace[]; readonly count: number };
  /** Variants of the run that have no table; only in the last table of a list, and absent for none. */
  readonly leftOut?: readonly LeftOut[];
}

/** Amounts shown in the margin of a listing, for one line that allocates. */
export type ListingMark = Pick<LineAllocation, "line" | "liveBytes" | "allocatedBytes" | "functionLevelBytes">;

/** A file with its bytes in the margin: `application/vnd.heapbook.listing+json`. With `comparedWith`, bytes are differences. */
export interface Listing {
  readonly file: string;
  readonly name: string;
  readonly comparedWith: string | null;
  /** `peak` where the bytes are those at the moment of the region's peak; absent otherwise. */
  readonly by?: "peak";
  readonly instrumentation: MeasuredInstrumentation;
  /** Shown parts of the file from top to bottom; the lines between them are hidden. */
  readonly parts: readonly { readonly firstLine: number; readonly lines: readonly string[] }[];
  /** Lines of the file. */
  readonly lineCount: number;
  readonly marks: readonly ListingMark[];
  /** Total bytes of the profile. The page shows each line's share of this total. */
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

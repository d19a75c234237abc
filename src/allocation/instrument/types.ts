import type { CountedKind } from "../../model/counted-kinds.ts";
import type { Engine } from "../../model/instrumentation.ts";

export interface InstrumentOptions {
  /** Index of the module in the program; part of every marker's name, so that names are unique in a bundle. */
  readonly module: number;
  /** As the file's name says: ts, js, tsx, jsx, mts, cts... (for the parser). */
  readonly fileName: string;
  /** How the code is read: `commonjs` allows `return` at the top level, and is sloppy without "use strict". */
  readonly sourceType: "module" | "script" | "commonjs";
  /** First number of the counters of this module (counters of all modules share one array); of its sites, with the meter. */
  readonly firstCounter: number;
  /**
   * What is to tell the allocations of markers: V8's tracker, by their names, or the meter (harness/meter/), which they call.
   * What becomes a marker is the same.
   * @default "tracker"
   */
  readonly engine?: Engine;
}

/** An allocation that cannot be moved into a marker: it is counted, and weighed with a calibrated size. */
export interface CountedSite {
  readonly counter: number;
  readonly kind: CountedKind;
  readonly line: number;
  /** The function in whose frame it happens; line 1 and column 0 at the top level of the module. */
  readonly functionLine: number;
  readonly functionColumn: number;
  /**
   * Name of the thunk in whose frame it happens instead: the bytes were told of the thunk's line. Such a site shares the
   * counter of its thunk.
   */
  readonly thunk?: string;
}

/** What the meter keeps a sum for: a line, or what a function allocates between its markers (`line` is then its first). */
export interface MeteredSite {
  readonly level: "line" | "function";
  readonly line: number;
}

/** Syntax that was left where it is: what it allocates is told of its function. */
export interface NotInstrumentedSyntax {
  readonly line: number;
  /** That function; line 1 and column 0 at the top level of the module. */
  readonly functionLine: number;
  readonly functionColumn: number;
  readonly kind: string;
  readonly why: string;
}

/** Code that markers do not reach at all. */
export interface OutsideSyntax {
  readonly line: number;
  readonly kind: "direct-eval" | "with" | "worker";
}

export interface InstrumentResult {
  readonly code: string;
  readonly sites: readonly CountedSite[];
  /** How many counters, or with the meter sites, the module takes, from `firstCounter` on. */
  readonly counters: number;
  /** With the meter: the sites by number, from `firstCounter` on. */
  readonly metered: readonly MeteredSite[];
  readonly notInstrumented: readonly NotInstrumentedSyntax[];
  readonly outside: readonly OutsideSyntax[];
}

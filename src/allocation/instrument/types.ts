import type { CountedKind } from "../../model/counted-kinds.ts";
import type { InexactKind } from "../../model/inexact-places.ts";
import type { Engine } from "../../model/instrumentation.ts";

export interface InstrumentOptions {
  /** Index of the module in the program. Part of each marker's name, so that names are unique in a bundle. */
  readonly module: number;
  /** Its extension selects the parser's language: ts, js, tsx, jsx, mts, cts. */
  readonly fileName: string;
  /** `commonjs` allows `return` at the top level, and is sloppy without "use strict". */
  readonly sourceType: "module" | "script" | "commonjs";
  /**
   * Number of the module's first counter, or of its first site of the meter. All modules of a program share one
   * numbering.
   */
  readonly firstCounter: number;
  /**
   * How allocations are assigned to lines. `tracker` and `sampler` use the same code: V8's profilers read the names of
   * markers. For `meter`, the markers call the meter (harness/meter/). The same expressions become markers.
   * @default "tracker"
   */
  readonly engine?: Engine;
  /**
   * Whether V8's errors that name a marker's parameter get the author's name at once (harness/program/stacks.ts).
   * Needed for programs that show the message without the stack.
   * @default false
   */
  readonly namesErrors?: boolean;
}

/** An allocation that cannot move into a marker. It is counted, and its size is measured once (calibrated). */
export interface CountedSite {
  readonly counter: number;
  readonly kind: CountedKind;
  readonly line: number;
  /** Start of the function in whose frame the allocation happens; line 1, column 0 at the top level of the module. */
  readonly functionLine: number;
  readonly functionColumn: number;
  /** Name of the thunk in whose frame the allocation happens, if there is one. The site shares the thunk's counter. */
  readonly thunk?: string;
}

/**
 * A site of the meter: a line; or a function or module, for allocations between its markers. `line` is then its first
 * line. A site `call` only counts the calls of an async or generator function.
 */
export interface MeteredSite {
  readonly level: "line" | "function" | "module" | "call";
  readonly line: number;
}

/** Syntax that may allocate and stays outside of markers. Its allocations are known only for the function around it. */
export interface NotInstrumentedSyntax {
  readonly line: number;
  /** Start of the function around the syntax; line 1, column 0 at the top level of the module. */
  readonly functionLine: number;
  readonly functionColumn: number;
  readonly kind: string;
  readonly why: string;
}

/** Code that runs outside of all markers. */
export interface OutsideSyntax {
  readonly line: number;
  readonly kind: "direct-eval" | "with" | "worker";
}

/** Code of which the engine may count more or less than the program allocates. */
export interface InexactSyntax {
  readonly line: number;
  readonly kind: InexactKind;
  /** For a function: most bytes by which each call may be off; otherwise 0. */
  readonly errorBoundBytes: number;
  /** Counter of the loops, or site of the meter that counts the calls of a function; absent where nothing counts them. */
  readonly counter?: number | undefined;
}

export interface InstrumentResult {
  readonly code: string;
  readonly sites: readonly CountedSite[];
  /** Number of counters, or of sites of the meter. Their numbers begin with `firstCounter`. */
  readonly counters: number;
  /** Sites of the meter, sorted by number, which begins with `firstCounter`. Empty for other engines. */
  readonly metered: readonly MeteredSite[];
  readonly notInstrumented: readonly NotInstrumentedSyntax[];
  readonly outside: readonly OutsideSyntax[];
  readonly inexact: readonly InexactSyntax[];
}

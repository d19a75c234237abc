/** The protocol between the parent and a program that `heapbook trace` runs. It adds to the records of `records.ts`. */

import type { TracingInstructions } from "./records.ts";

/**
 * File descriptors of a traced program: records and replies of its main thread, and those of the thread that runs module hooks.
 * They are not 3 and 4, which a program may expect to be free. All are below 16: Node does not pass these on to child processes.
 */
export const PROGRAM_DESCRIPTORS = { records: 10, replies: 11, hookRecords: 12, hookReplies: 13 } as const;

/** Counters that a traced program reserves before its modules are known. Each takes 8 bytes outside of V8's heap. */
export const RESERVED_COUNTERS = 2 ** 19;

/** The property of `Error` that stands for `stackTraceLimit` in instrumented code. Both names have the same length. */
export const STACK_LIMIT = "__heapbookLimit";

/**
 * Variable by which the parent's watchdog finds processes: it reads the environment with which a process was started, so the program
 * itself need not see it.
 */
export const TRIAL_MARK = "HEAPBOOK_TRIAL_MARK";

/** Name of Heapbook's functions that call the program: allocations below them belong to their callers. */
export const PASS_THROUGH = "heapbookCalls";

/** Instructions for a traced program: JSON in the environment variable `HEAPBOOK_TRIAL`. */
export interface ProgramInstructions {
  readonly tracing: TracingInstructions;
  /** Packages whose modules are instrumented, by name. */
  readonly packages: readonly string[];
  /** Node's arguments as the user gave them: `process.execArgv` of the program. */
  readonly execArgv: readonly string[];
  /** Whether the main file is TypeScript: `require()` then finds files by TypeScript's extensions, too. */
  readonly isTypeScript: boolean;
  /** The export to call; the region is the call then. */
  readonly call?: { readonly path: string; readonly exportName: string };
  /** Time after which the run ends, in milliseconds. */
  readonly endAfterMs?: number;
  /** Signal on which the live bytes are read, such as `SIGUSR2`. */
  readonly readOn?: string;
  /** Whether the parent waits for a server of the program to listen. */
  readonly isDriven: boolean;
}

/** A module that the program loads, for the parent to instrument. The parent replies with `LoadedModule`. */
export interface LoadRequest {
  readonly type: "load";
  /** Absolute path of the file. */
  readonly path: string;
  /** Name of the script as V8 reports it: a path, or the URL of an ES module. */
  readonly script: string;
  /**
   * `ambiguous`: Node finds the module system from the syntax. `imported`: the same of a file that an ES module imports; the code stays
   * as it is unless the file is an ES module. `file`: the parent reads a TypeScript file and decides on the module
   * system; `require`: the same, always as CommonJS.
   */
  readonly kind: "commonjs" | "module" | "ambiguous" | "imported" | "file" | "require";
  /** The code as the program's loader has it; null where the parent reads it. */
  readonly source: string | null;
}

/** The instrumented module. `code` is null where the code stays as it is; `error`: why a TypeScript file cannot be compiled. */
export interface LoadedModule {
  readonly code: string | null;
  readonly format?: "commonjs" | "module";
  readonly error?: string;
}

/** An import of a TypeScript file that Node did not find. The parent replies with `{ path: string | null }`. */
export interface ResolveRequest {
  readonly type: "resolve";
  readonly specifier: string;
  /** Absolute path of the importing file. */
  readonly from: string;
}

/** Frames of a stack, for the parent to find the author's positions. The parent replies with `LocatedStack`. */
export interface LocateRequest {
  readonly type: "locate";
  /** Message of the error. */
  readonly message: string;
  /** From the innermost. Script as V8 reports it; line and column from 1. */
  readonly frames: readonly (readonly [script: string, line: number, column: number, functionName: string])[];
}

/** Messages that instrumentation may have changed: names of markers, and a call whose value a statement iterates over. */
export const MARKED_MESSAGE = /\$| is not a function$/;

/**
 * What a frame of the program is. `author`: code of an instrumented module. `marker`: the expression at its position belongs to the
 * author's function below; `thunk`: the frame above, too. `own`: code of Heapbook. `other`: anything else, which stays as it is.
 */
export interface LocatedFrame {
  readonly kind: "author" | "marker" | "thunk" | "own" | "other";
  readonly line: number;
  readonly column: number;
  /** Path of the author's file where the script is compiled from it. */
  readonly file?: string;
  /** Of a marker: the name of the author's function that contains its expression; empty where that has none. */
  readonly functionName?: string;
}

export interface LocatedStack {
  /** The message with the author's names. */
  readonly message: string;
  readonly frames: readonly LocatedFrame[];
}

/** Text of a function, for the parent to find the author's. The parent replies with `{ text: string | null }`. */
export interface FunctionTextRequest {
  readonly type: "function-text";
  readonly text: string;
}

/** A failed `assert(value)`, for the parent to find what Node quotes of it. The parent replies with `AssertedText`. */
export interface AssertedRequest {
  readonly type: "asserted";
  /** The call of `assert`. */
  readonly frame: LocateRequest["frames"][number];
  /** What this Node quotes. `line`: what the line of the call has of it. `call`: the whole call. */
  readonly quoted: "line" | "call";
  /** Whether the message quotes code. Where it does not, the error may be of `assert.equal(value, true)`. */
  readonly isQuoting: boolean;
}

/**
 * `text`: what Node quotes of the author's code, empty where it finds no expression; null where the code is not instrumented, or the call
 * is none of `assert(value)`.
 */
export interface AssertedText {
  readonly text: string | null;
}

/** A record to which the parent replies while the program waits. */
export type ProgramRequest = LoadRequest | ResolveRequest | LocateRequest | FunctionTextRequest | AssertedRequest;

export type ProgramMessage =
  | ProgramRequest
  /** A package of which the program loads a module that is not instrumented. */
  | { readonly type: "package"; readonly name: string }
  /** The program's main module has run. `ports`: of its servers that listen on TCP. */
  | { readonly type: "ready"; readonly ports: readonly number[] }
  /** The live bytes are read now, which takes the time of a heap snapshot. */
  | { readonly type: "reading" }
  /** The region ends now. `time`: the time of `endAfterMs` has passed. */
  | { readonly type: "ending"; readonly cause: "idle" | "exit" | "signal" | "time" | "returned" };

/** The protocol between the parent and a program under `heapbook trace`, in addition to the records of `records.ts`. */

import type { TracingInstructions } from "./records.ts";

/**
 * File descriptors of a traced program, for records to the parent and replies from it: two for its main thread, two for
 * the thread that runs module hooks. They are not 3 and 4, which a program may use itself. All are below 16: Node does
 * not pass these on to child processes.
 */
export const PROGRAM_DESCRIPTORS = { records: 10, replies: 11, hookRecords: 12, hookReplies: 13 } as const;

/**
 * Number of counters that a traced program reserves before its modules are known. Each counter takes 8 bytes outside
 * V8's heap.
 */
export const RESERVED_COUNTERS = 2 ** 19;

/**
 * Name that replaces `Error.stackTraceLimit` in instrumented code. Both names have the same length, so that columns
 * stay the same.
 */
export const STACK_LIMIT = "__heapbookLimit";

/**
 * Environment variable by which the parent's watchdog finds the processes of a trial. The watchdog reads the
 * environment at the process's start, so the program itself can be kept from seeing the variable.
 */
export const TRIAL_MARK = "HEAPBOOK_TRIAL_MARK";

/**
 * Name of the functions of Heapbook that call the program. Allocations of these functions are assigned to their
 * callers.
 */
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
  /** The export to call. If present, the measured region is that call instead of the whole run. */
  readonly call?: { readonly path: string; readonly exportName: string };
  /** Time after which the run ends, in milliseconds. */
  readonly endAfterMs?: number;
  /** Signal on which the live bytes are read, such as `SIGUSR2`. */
  readonly readOn?: string;
  /** Whether the parent waits until a server of the program listens, to run a driver script against it. */
  readonly isDriven: boolean;
}

/** A module that the program loads, for the parent to instrument. The parent replies with `LoadedModule`. */
export interface LoadRequest {
  readonly type: "load";
  /** Absolute path of the file. */
  readonly path: string;
  /** Name of the script in V8's stacks: a path, or the URL of an ES module. */
  readonly script: string;
  /**
   * How the file is loaded.
   * - `commonjs`, `module`: the module system is known.
   * - `ambiguous`: Node detects the module system from the syntax.
   * - `imported`: as `ambiguous`, but imported by an ES module; only instrumented if it is an ES module.
   * - `file`: a TypeScript file; the parent reads it and decides on the module system.
   * - `require`: as `file`, always as CommonJS.
   */
  readonly kind: "commonjs" | "module" | "ambiguous" | "imported" | "file" | "require";
  /** Source code as the program's loader has it; null where the parent reads the file. */
  readonly source: string | null;
}

/**
 * Reply to `LoadRequest`: the instrumented module. `code` is null where the code stays unchanged; `error` says why a
 * TypeScript file cannot be compiled.
 */
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

/**
 * Frames of a stack, in positions of instrumented code. The parent replies with the author's positions
 * (`LocatedStack`).
 */
export interface LocateRequest {
  readonly type: "locate";
  /** Message of the error. */
  readonly message: string;
  /** Stack frames from the innermost to the outermost. `script`: name as V8 reports it; `line`, `column`: from 1. */
  readonly frames: readonly (readonly [script: string, line: number, column: number, functionName: string])[];
}

/**
 * Matches error messages that instrumentation may have changed: those with names of markers, and "… is not a function",
 * where a statement iterates over the value of a call.
 */
export const MARKED_MESSAGE = /\$| is not a function$/;

/**
 * One stack frame in the author's positions. Kinds:
 * - `author`: code of an instrumented module.
 * - `marker`: a function of the instrumentation; the expression at the position belongs to the next author's frame
 *   below.
 * - `thunk`: as `marker`, and the frame above belongs to the same function.
 * - `own`: code of Heapbook.
 * - `other`: any other code; the frame stays unchanged.
 */
export interface LocatedFrame {
  readonly kind: "author" | "marker" | "thunk" | "own" | "other";
  readonly line: number;
  readonly column: number;
  /** Path of the author's TypeScript file, if the script was compiled from one. */
  readonly file?: string;
  /** For a marker: name of the author's function that contains the expression; empty for an anonymous one. */
  readonly functionName?: string;
}

export interface LocatedStack {
  /** The message with markers' names replaced by the author's names. */
  readonly message: string;
  readonly frames: readonly LocatedFrame[];
}

/** Source text of an instrumented function. The parent replies with the author's text, `{ text: string | null }`. */
export interface FunctionTextRequest {
  readonly type: "function-text";
  readonly text: string;
}

/**
 * A failed `assert(value)`, whose message quotes source code. The parent replies with the author's code
 * (`AssertedText`).
 */
export interface AssertedRequest {
  readonly type: "asserted";
  /** Stack frame of the call of `assert`. */
  readonly frame: LocateRequest["frames"][number];
  /**
   * What this version of Node quotes in the message. `line`: the part of the call that stands on its first line.
   * `call`: the whole call.
   */
  readonly quoted: "line" | "call";
  /** Whether the message quotes code. If not, the error may come from `assert.equal(value, true)` instead. */
  readonly isQuoting: boolean;
}

/**
 * Reply to `AssertedRequest`. `text`: the author's code that Node would quote, empty where Node finds no expression;
 * null where the code is not instrumented or the call is not `assert(value)`.
 */
export interface AssertedText {
  readonly text: string | null;
}

/** A record to which the parent replies while the program waits. */
export type ProgramRequest = LoadRequest | ResolveRequest | LocateRequest | FunctionTextRequest | AssertedRequest;

export type ProgramMessage =
  | ProgramRequest
  /** Name of a package with a module that the program loaded without instrumentation. */
  | { readonly type: "package"; readonly name: string }
  /** The program's main module has run. `ports`: the TCP ports on which its servers listen. */
  | { readonly type: "ready"; readonly ports: readonly number[] }
  /** The program is now reading its live bytes, which takes as long as writing a heap snapshot. */
  | { readonly type: "reading" }
  /** The region ends now, for this `cause`. `time`: `endAfterMs` has passed. */
  | { readonly type: "ending"; readonly cause: "idle" | "exit" | "signal" | "time" | "returned" };

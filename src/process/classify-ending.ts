import type { EffectiveLimits } from "../model/collections.ts";
import type { Failure } from "../model/report-results.ts";
import type { ThrownError } from "../model/thrown-error.ts";
import { limitMessage } from "./display-limits.ts";
import { readTraceback, shortenPaths } from "./python-process.ts";
import { type FrameMapper, readStack } from "./stack-frames.ts";

/** Everything that the parent knows about a process after its end. */
export interface Ending {
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** The error for which the process could not be started; undefined if it started. */
  readonly spawnError: Error | undefined;
  readonly timedOut: boolean;
  /** Whether the record `end` has arrived, the last one of a complete trial. */
  readonly ended: boolean;
  /** Whether the event loop was empty while the cell still awaited a promise. */
  readonly unsettledAwait: boolean;
  readonly thrown: ThrownError | undefined;
  /** The first claim without a test; undefined if all have one. */
  readonly untestedClaim: UntestedClaim | undefined;
  readonly badLine: string | undefined;
  readonly stderrTail: string;
  readonly limits: EffectiveLimits | null;
}

/**
 * A call `claim(…)` without `.isAbove(…)` or another test. Such a claim fails the trial, because neither the page nor
 * `heapbook check` would show it.
 */
export interface UntestedClaim {
  readonly sentence: string;
  readonly stack: string;
}

export interface FailureContext {
  readonly bundlePath: string;
  readonly folder: string;
  /** Folder of Python's standard library; for python cells only. */
  readonly library?: string | undefined;
  readonly timeoutMs: number;
  readonly mapper: () => FrameMapper;
}

const OUT_OF_MEMORY = /(JavaScript heap out of memory|FATAL ERROR: .*(heap|memory|allocation))/i;

/** V8's lines about its last three collections before a crash, without process id and isolate address. */
function lastCollections(stderr: string): string[] {
  const start = stderr.lastIndexOf("<--- Last few GCs --->");
  if (start < 0) return [];
  return stderr
    .slice(start)
    .split("\n")
    .filter((line) => /ms: (Scavenge|Mark-Compact|Mark-sweep|Minor)/i.test(line))
    .slice(-3)
    .map((line) => line.replace(/^\[\d+:0x[0-9a-f]+\]\s*(\d+ ms:\s*)?/, "").trim());
}

/**
 * Whether the process ended by a signal, or with a shell's exit code for a signal (above 128). Distinguishes a crash
 * from a cell that prints the same words as V8.
 */
function wasAborted({ exitCode, signal }: Ending): boolean {
  return signal !== null || (exitCode !== null && exitCode > 128);
}

/** Decides how a trial ended. Returns the failure, or null for a completed trial. */
export function classifyEnding(ending: Ending, context: FailureContext): Failure | null {
  if (ending.spawnError !== undefined) return { kind: "spawn", message: ending.spawnError.message };
  if (ending.timedOut) return { kind: "timeout", timeoutMs: context.timeoutMs };
  if (ending.thrown !== undefined) {
    const { name, message, stack, uncaught, traceback } = ending.thrown;
    if (traceback !== undefined) {
      const places = readTraceback(traceback, context.folder);
      return {
        kind: "exception",
        name,
        message: shortenPaths(limitMessage(message), { folder: context.folder, library: context.library }),
        uncaught,
        ...places,
      };
    }
    const places = readStack(stack, context.bundlePath, context.folder, context.mapper());
    return { kind: "exception", name, message: limitMessage(message), uncaught, ...places };
  }
  if (wasAborted(ending) && OUT_OF_MEMORY.test(ending.stderrTail)) {
    return {
      kind: "heap-limit",
      heapSizeLimitBytes: ending.limits?.heapSizeLimitBytes ?? null,
      lastCollections: lastCollections(ending.stderrTail),
    };
  }
  if (ending.badLine !== undefined) return { kind: "bad-message", text: ending.badLine };
  if (ending.signal !== null) return { kind: "signal", signal: ending.signal };
  if (ending.unsettledAwait) return { kind: "unsettled-await" };
  if (ending.exitCode !== 0) {
    return { kind: "exit-code", exitCode: ending.exitCode ?? -1, ...(ending.ended ? { finished: true } : {}) };
  }
  if (ending.untestedClaim !== undefined) {
    const { sentence, stack } = ending.untestedClaim;
    return {
      kind: "exception",
      name: "Error",
      message: `claim(${JSON.stringify(sentence)}) is never tested: add .isAbove(…), .isBelow(…), .isBetween(…) or .equals(…)`,
      uncaught: false,
      ...readStack(stack, context.bundlePath, context.folder, context.mapper()),
    };
  }
  return ending.ended ? null : { kind: "no-output" };
}

/** Text of stderr without V8's crash dump, because the failure describes the crash in words. */
export function withoutCrashDump(stderr: string): string {
  const start = stderr.search(/\n?<--- Last few GCs --->|\n?(?:#\n)?FATAL ERROR: /);
  return start < 0 ? stderr : stderr.slice(0, start);
}

import type { ProbeName } from "../model/probes.ts";
import type { Failure, Trial } from "../model/report-results.ts";
import type { VariantParams } from "../model/values.ts";
import type { TraceSpec } from "./trace-session.ts";

/** What the process of a python cell needs besides. */
export interface PythonSpec {
  readonly kind: "system" | "pyodide";
  /** Absolute path of the Python, or of the Node that runs Pyodide. */
  readonly path: string;
  /** Absolute path of Pyodide's module; of that kind only. */
  readonly module?: string;
  /** Folder of the standard library, where that is a folder of this machine. */
  readonly library?: string;
  /** Line of report.md on which the cell's code begins. */
  readonly firstLine: number;
}

/** Everything needed to run one trial in a process of its own. */
export interface TrialSpec {
  /** Absolute path of the Node binary. */
  readonly node: string;
  readonly flags: readonly string[];
  /** Absolute path of the bundled cell. */
  readonly bundlePath: string;
  /** Its source map, JSON. */
  readonly bundleMap: string;
  /** Working directory of the process: the report's folder. */
  readonly folder: string;
  /** Added to the environment of Heapbook itself. */
  readonly env: Readonly<Record<string, string>>;
  readonly probe: ProbeName;
  readonly variant: VariantParams;
  readonly timeoutMs: number;
  /** What a semi-space of this runtime may grow to without a flag, in bytes; null where unknown. */
  readonly semiSpaceLimitBytes?: number | null;
  /** Calls of a region's function before it is measured; by default none. */
  readonly warmup?: number;
  /** How to tell the lines of the bundle's allocations; only for a process that is traced. */
  readonly trace?: TraceSpec;
  /** Of a python cell, which `node` does not run. */
  readonly python?: PythonSpec;
}

/** Runs trials. Tests put scripted ones in its place. */
export interface TrialExecutor {
  /**
   * Runs a trial to its end, however it ends: a failure is part of the result, not an exception.
   * @throws the signal's reason, if it was aborted; the process and all it started are gone by then.
   */
  run(spec: TrialSpec, signal: AbortSignal): Promise<Trial>;
}

/** A trial of which no process ever ran. */
export function notRun(failure: Failure, durationMs = 0): Trial {
  return {
    failure,
    durationMs,
    limits: null,
    outputs: [],
    readings: [],
    collections: [],
    regionHeaps: [],
    checkpoints: [],
    lineProfiles: [],
    reads: [],
  };
}

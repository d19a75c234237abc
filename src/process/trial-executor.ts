import type { Observation } from "../model/observations.ts";
import type { PeakPassInstructions, PeakRegionPass } from "../model/peak-pass.ts";
import type { ProbeName } from "../model/probes.ts";
import type { Failure, Trial } from "../model/report-results.ts";
import type { VariantParams } from "../model/values.ts";
import type { TraceSpec } from "./trace-session.ts";

/** The interpreter of a python cell, and the cell's position. */
export interface PythonSpec {
  readonly kind: "system" | "pyodide";
  /** Absolute path of the Python interpreter, or of the Node that runs Pyodide. */
  readonly path: string;
  /** Absolute path of Pyodide's module; only where `kind` is `pyodide`. */
  readonly module?: string;
  /** Absolute path of the standard library; absent where it is not a folder on this machine. */
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
  /** Source map of the bundle, as JSON. */
  readonly bundleMap: string;
  /** Whether the cell's code may start processes. */
  readonly startsProcesses?: boolean;
  /** Working directory of the process: the report's folder. */
  readonly folder: string;
  /** Environment variables that the cell's option `env` adds. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether the process gets the environment of Heapbook; true by default. */
  readonly inheritEnv?: boolean;
  readonly probe: ProbeName;
  readonly variant: VariantParams;
  readonly timeoutMs: number;
  /** Largest semi-space of this runtime without flags, in bytes; null where unknown. */
  readonly semiSpaceLimitBytes?: number | null;
  /** Calls of a region's function before it is measured; 0 by default. */
  readonly warmup?: number;
  /**
   * Only for the probe `output`: makes the process a rehearsal, which makes all calls of a measured process (`warmup`, `iterations`), and
   * whose regions return 1 for each of these metrics.
   */
  readonly rehearsed?: readonly string[];
  /** How to assign allocations to lines; only for a traced process. */
  readonly trace?: TraceSpec;
  /** Instructions for one pass of the search; only for the probe `bracket`. */
  readonly peakPass?: PeakPassInstructions;
  /** The interpreter of a python cell, which runs in place of `node`. */
  readonly python?: PythonSpec;
  /** Set to run the process under a debugger: it waits for one to attach, and has no timeout. */
  readonly debug?: DebugSpec;
}

/** How a process is debugged. */
export interface DebugSpec {
  /** Port on 127.0.0.1 on which the process waits for a debugger (`node --inspect-brk`). */
  readonly port: number;
  /** Called with everything that the process prints, at once. */
  readonly onOutput: (stream: "stdout" | "stderr", chunk: Uint8Array) => void;
}

/** A trial, together with data for its caller that are not part of the results. */
export interface ExecutedTrial extends Trial {
  /** Everything that the process observed, with absolute paths as names. Absent if only `reads` are known. */
  readonly observed?: readonly Observation[];
  /** Complete texts of outputs that were cut, by the hash in `Output.whole`. */
  readonly wholes?: ReadonlyMap<string, string>;
  /** Absolute paths that the process wrote. */
  readonly written?: readonly string[];
  /** Things that may have read files without being observed, in words. */
  readonly unobserved?: readonly string[];
  /** Results of a pass of the search for the peak, one for each region; only for the probe `bracket`. */
  readonly peakPasses?: readonly PeakRegionPass[];
}

/** Runs trials. Tests replace it by a scripted executor. */
export interface TrialExecutor {
  /**
   * Runs a trial to its end. A failed trial is a result, not an exception.
   * @throws the signal's reason, if it was aborted; the process and everything it started have ended by then.
   */
  run(spec: TrialSpec, signal: AbortSignal): Promise<ExecutedTrial>;
}

/** The trial of a process that could not be started. */
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
    unfinishedWork: [],
    reads: [],
  };
}

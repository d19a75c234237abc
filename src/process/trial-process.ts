import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { builtFile } from "../files.ts";
import { withoutNodeVariables } from "../model/node-variables.ts";
import { REHEARSAL, type TracingInstructions, type TrialInstructions } from "../model/records.ts";
import { inheritedVariables } from "../runtimes/inherited-variables.ts";
import { releaseFilter, setFilter } from "./kernel-mark.ts";
import { childrenOf, type FoundProcess, findWithDescendants, killFound } from "./process-tree.ts";
import { type Command, pythonCommand } from "./python-process.ts";
import type { TrialSpec } from "./trial-executor.ts";
import { createMark, killMarked, MARK, watchTrial } from "./watchdog.ts";

/**
 * Time, in ms, for which the parent still reads the pipes of a process that has exited. The pipes may stay open, held
 * by the process's children.
 */
const DRAIN_MS = 250;
/** Time between SIGTERM and SIGKILL, in ms. */
const GRACE_MS = 1000;

/** Path of the harness. */
export function harnessMain(): string {
  return builtFile("harness/main.js", import.meta.url);
}

/**
 * How one process assigns its allocations to lines. The number of counters is missing, because it depends on the
 * bundle.
 */
export type TracingPlan = Omit<TracingInstructions, "counters">;

/**
 * The command that runs Node with the harness. Its environment is the parent's, without variables that change how Node
 * or V8 run.
 */
function nodeCommand(spec: TrialSpec, plan: TracingPlan | undefined, traceFlags: readonly string[]): Command {
  const { bundlePath, probe, variant, warmup = 0, debug, peakPass, startsProcesses } = spec;
  const { counters = 0 } = spec.trace?.program ?? {};
  const traced = plan === undefined ? {} : { tracing: { ...plan, counters } };
  const pass = {
    ...(peakPass === undefined ? {} : { peakPass }),
    ...(startsProcesses === true ? { startsProcesses } : {}),
  };
  const instructions: TrialInstructions = { bundle: bundlePath, probe, variant, warmup, ...traced, ...pass };
  const env = {
    ...withoutNodeVariables(inheritedVariables(spec.inheritEnv)),
    ...spec.env,
    HEAPBOOK_TRIAL: JSON.stringify(instructions),
    ...(spec.rehearsed === undefined ? {} : { [REHEARSAL]: JSON.stringify(spec.rehearsed) }),
  };
  const inspect = debug === undefined ? [] : [`--inspect-brk=127.0.0.1:${debug.port}`];
  return { path: spec.node, args: [...inspect, ...spec.flags, ...traceFlags, harnessMain()], env };
}

/** Processes that run now. They are killed when the parent exits in any way that runs exit handlers. */
const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) killGroup(child, "SIGKILL");
});

/** Sends a signal to a process and its descendants: each trial leads a process group of its own. */
function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // ESRCH: the whole group has gone already
  }
}

/**
 * Starts the process of a trial. It sends records on file descriptor 3; a traced process reads answers on file
 * descriptor 4.
 * @param traceFlags Node's arguments that write V8's trace; none for no trace
 * @throws Error if Node refuses at once, for example because the environment is too large; later errors are events of
 *   the process
 */
export function startProcess(
  spec: TrialSpec,
  tracing: TracingPlan | undefined,
  traceFlags: readonly string[] = [],
): ChildProcess {
  const { path, args, env } =
    spec.python === undefined ? nodeCommand(spec, tracing, traceFlags) : pythonCommand(spec, spec.python);
  const mark = createMark();
  const child = spawn(path, args, {
    cwd: spec.folder,
    env: { ...env, [MARK]: mark },
    stdio: ["ignore", "pipe", "pipe", "pipe", ...(tracing === undefined ? [] : ["pipe" as const])],
    detached: true,
  });
  marks.set(child, { variable: mark, filter: child.pid === undefined ? undefined : setFilter(child.pid) });
  return child;
}

/** Marks of each process, by which the processes that it starts can be found. */
const marks = new WeakMap<ChildProcess, { readonly variable: string; readonly filter: number | undefined }>();

/** How a process ended. */
export interface ProcessExit {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The error for which the process could not be started; undefined if it started. */
  readonly spawnError: Error | undefined;
  /** Whether the process was ended because it exceeded its time limit. */
  readonly timedOut: boolean;
}

/** Resolves when the process has ended and its pipes are read, or `DRAIN_MS` after its end. */
function waitForEnd(
  child: ChildProcess,
  streams: readonly Readable[],
  onExit: () => void,
): Promise<Omit<ProcessExit, "timedOut">> {
  return new Promise((resolve) => {
    let drain: NodeJS.Timeout | undefined;
    const finish = (exit: Omit<ProcessExit, "timedOut">): void => {
      clearTimeout(drain);
      for (const stream of streams) stream.destroy();
      resolve(exit);
    };
    child.once("error", (spawnError) => finish({ exitCode: null, signal: null, spawnError }));
    child.once("close", (exitCode, signal) => finish({ exitCode, signal, spawnError: undefined }));
    child.once("exit", (exitCode, signal) => {
      onExit();
      killGroup(child, "SIGKILL"); // whatever it left behind
      const mark = marks.get(child);
      if (mark !== undefined) {
        killMarked(mark.variable, mark.filter); // in sessions and with environments of their own, too
        releaseFilter(mark.filter);
      }
      // Waits another turn: if the parent was busy when the timer fired, the pipes still hold unread data.
      const end = (): void => void setImmediate(finish, { exitCode, signal, spawnError: undefined });
      drain = setTimeout(end, DRAIN_MS);
    });
  });
}

/**
 * Waits for the end of a process. Ends it if it exceeds its time limit or the signal aborts: SIGTERM first, SIGKILL
 * `GRACE_MS` later. Reading the pipes after the end does not count as time of the process.
 *
 * @param timeoutMs time limit; undefined for none, as while debugging
 */
export async function superviseProcess(
  child: ChildProcess,
  streams: readonly Readable[],
  timeoutMs: number | undefined,
  signal: AbortSignal,
): Promise<ProcessExit> {
  let timedOut = false;
  let grace: NodeJS.Timeout | undefined;
  let started: readonly FoundProcess[] = [];
  const stop = (): void => {
    // Looked up while their parents still run: processes in other sessions and environments are otherwise not connected
    // to the trial.
    if (child.pid !== undefined) started = [...started, ...findWithDescendants(childrenOf(child.pid))];
    clearTimeout(grace); // of an earlier call: when it fires, the process may be gone and its id may be another's
    killGroup(child, "SIGTERM");
    grace = setTimeout(() => killGroup(child, "SIGKILL"), GRACE_MS);
  };
  // Waits two turns: if the parent was busy for long, the event of the process's end may be queued behind the timer.
  const expire = (): void =>
    void setImmediate(() =>
      setImmediate(() => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        timedOut = true;
        stop();
      }),
    );
  const { variable, filter } = marks.get(child) ?? { variable: "", filter: undefined };
  const endWatch = child.pid === undefined ? () => {} : watchTrial(child.pid, variable, timeoutMs, filter);
  const timer = timeoutMs === undefined ? undefined : setTimeout(expire, timeoutMs);
  signal.addEventListener("abort", stop, { once: true });
  running.add(child);
  const exit = await waitForEnd(child, streams, () => {
    clearTimeout(timer);
    running.delete(child);
    endWatch();
    killFound(started);
  });
  running.delete(child);
  clearTimeout(timer);
  clearTimeout(grace);
  signal.removeEventListener("abort", stop);
  return { ...exit, timedOut };
}

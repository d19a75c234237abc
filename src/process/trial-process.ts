import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { builtFile } from "../files.ts";
import { withoutNodeVariables } from "../model/node-variables.ts";
import type { TracingInstructions, TrialInstructions } from "../model/records.ts";
import { inheritedVariables } from "../runtimes/inherited-variables.ts";
import { releaseFilter, setFilter } from "./kernel-mark.ts";
import { childrenOf, type FoundProcess, findWithDescendants, killFound } from "./process-tree.ts";
import { type Command, pythonCommand } from "./python-process.ts";
import type { TrialSpec } from "./trial-executor.ts";
import { createMark, killMarked, MARK, watchTrial } from "./watchdog.ts";

/** How long the parent still reads the pipes of a process that has exited: its own children may hold them open. */
const DRAIN_MS = 250;
/** Between SIGTERM and SIGKILL. */
const GRACE_MS = 1000;

/** Path of the harness. */
export function harnessMain(): string {
  return builtFile("harness/main.js", import.meta.url);
}

/** How one process assigns its allocations to lines, without the number of counters, which the bundle has. */
export type TracingPlan = Omit<TracingInstructions, "counters">;

/** Node with the harness, in the parent's environment without the variables that change how Node or V8 run. */
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
  };
  const inspect = debug === undefined ? [] : [`--inspect-brk=127.0.0.1:${debug.port}`];
  return { path: spec.node, args: [...inspect, ...spec.flags, ...traceFlags, harnessMain()], env };
}

/** Processes at work. When the parent exits for any reason that runs its exit handlers, they are killed. */
const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) killGroup(child, "SIGKILL");
});

/** Signals a process and everything it started: each trial leads a process group of its own. */
function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // ESRCH: the whole group has gone already
  }
}

/**
 * Starts the process of a trial: records on file descriptor 3; of a traced one, answers on file descriptor 4.
 * @param traceFlags arguments of Node with which it writes V8's trace; none for no trace
 * @throws Error where Node refuses at once, as for an environment that is too large; later errors are events of the process
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

/** The marks of each process, by which the processes that it starts are found. */
const marks = new WeakMap<ChildProcess, { readonly variable: string; readonly filter: number | undefined }>();

/** How a process ended. */
export interface ProcessExit {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why the process could not be started. */
  readonly spawnError: Error | undefined;
  /** Whether it was ended because its time was up. */
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
      // Not from the timer itself: if the parent was busy for that long, the pipes hold data that is not read yet.
      const end = (): void => void setImmediate(finish, { exitCode, signal, spawnError: undefined });
      drain = setTimeout(end, DRAIN_MS);
    });
  });
}

/**
 * Waits for the end of a process and ends it earlier when its time is up or the signal aborts: SIGTERM first, SIGKILL
 * `GRACE_MS` later. The time ends with the process; reading its pipes does not count.
 *
 * @param timeoutMs undefined: no limit, as while debugging
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
    // While they have parents: those in sessions of their own, with an environment of their own, have nothing else that joins them to the trial.
    if (child.pid !== undefined) started = [...started, ...findWithDescendants(childrenOf(child.pid))];
    clearTimeout(grace); // of an earlier call: when it fires, the process may be gone and its id may be another's
    killGroup(child, "SIGTERM");
    grace = setTimeout(() => killGroup(child, "SIGKILL"), GRACE_MS);
  };
  // Two turns later: if this process was busy for long, the end of the child is an event that waits behind the timer.
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

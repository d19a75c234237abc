import type { ChildProcess } from "node:child_process";
import { performance } from "node:perf_hooks";
import type { Readable, Writable } from "node:stream";
import { joinSampled } from "../allocation/sampled-profile.ts";
import type { Trial } from "../model/report-results.ts";
import type { CollectedSamples } from "../model/samples.ts";
import { readMarkingSteps, traceArguments } from "./marking-steps.ts";
import { StreamCapture } from "./stream-capture.ts";
import { checkTemporarySpace, withTrialFolder } from "./temporary-folder.ts";
import { mapBundle, TraceSession, type TraceSpec } from "./trace-session.ts";
import { type ExecutedTrial, notRun, type TrialExecutor, type TrialSpec } from "./trial-executor.ts";
import { isProgramMessage, MessageReader } from "./trial-messages.ts";
import { startProcess, superviseProcess, type TracingPlan } from "./trial-process.ts";
import { TrialRecords } from "./trial-records.ts";
import { type ReceivedTrial, toTrial } from "./trial-result.ts";

async function runTrial(spec: TrialSpec, signal: AbortSignal): Promise<ExecutedTrial> {
  signal.throwIfAborted();
  // V8's own trace of the process is needed for the steps of incremental marking.
  if (spec.probe === "gc" && spec.python === undefined)
    return withTrialFolder((folder) => runProcess(spec, signal, undefined, folder));
  const { trace } = spec;
  if (trace === undefined) return runProcess(spec, signal);
  return withTrialFolder((folder) => runTraced(spec, trace, signal, folder));
}

/** Runs a traced trial, which writes heap snapshots into a folder: two processes for the engine `sampler`, else one. */
async function runTraced(
  spec: TrialSpec,
  { instrumentation }: TraceSpec,
  signal: AbortSignal,
  snapshotFolder: string,
): Promise<ExecutedTrial> {
  if (instrumentation.engine !== "sampler") {
    const trial = await runProcess(spec, signal, { snapshotFolder, instrumentation });
    if (trial.failure !== null) checkTemporarySpace(snapshotFolder);
    return trial;
  }
  const sample = (collected: CollectedSamples): Promise<Trial> =>
    runProcess(spec, signal, { snapshotFolder, instrumentation: { ...instrumentation, collected } });
  const allocated = await sample("kept");
  return allocated.failure === null ? joinTrials(allocated, await sample("dropped")) : allocated;
}

/** Joins the two processes of a sampled trial, because one sampled process measures either allocated or live bytes. */
function joinTrials(allocated: Trial, live: Trial): Trial {
  if (live.failure !== null) return live;
  return {
    ...allocated,
    durationMs: allocated.durationMs + live.durationMs,
    readings: [...allocated.readings, ...live.readings.filter(({ id }) => id === "tracedLive")],
    lineProfiles: allocated.lineProfiles.map((profile) => {
      const other = live.lineProfiles.find(({ region }) => region === profile.region);
      return other === undefined ? profile : joinSampled(profile, other);
    }),
  };
}

/** Runs one process of a trial. @param traceFolder folder for V8's trace of the process; undefined for no trace */
async function runProcess(
  spec: TrialSpec,
  signal: AbortSignal,
  tracing?: TracingPlan,
  traceFolder?: string,
): Promise<ExecutedTrial> {
  const startMs = performance.now();
  let child: ChildProcess;
  try {
    child = startProcess(spec, tracing, traceFolder === undefined ? [] : traceArguments(traceFolder));
  } catch (error) {
    return notRun({ kind: "spawn", message: (error as Error).message }, performance.now() - startMs);
  }
  const { streams, received, session } = receive(child, spec, tracing);
  const exit = await superviseProcess(child, streams, spec.debug === undefined ? spec.timeoutMs : undefined, signal);
  signal.throwIfAborted();
  const lineProfiles = (await session?.finish()) ?? [];
  const steps = traceFolder === undefined ? undefined : readMarkingSteps(traceFolder, child.pid ?? 0);
  const trial = toTrial(spec, received(), exit, steps);
  return { ...trial, durationMs: performance.now() - startMs, lineProfiles };
}

interface Reception {
  readonly streams: readonly Readable[];
  /** Returns everything that was received so far. */
  readonly received: () => ReceivedTrial;
  /** The session of a traced process; undefined for others. */
  readonly session: TraceSession | undefined;
}

/**
 * Starts reading everything that a process prints and sends: prints into captures, records by kind, trace messages into
 * the session.
 */
function receive(child: ChildProcess, spec: TrialSpec, tracing: TracingPlan | undefined): Reception {
  const [, stdout, stderr, channel, replies] = child.stdio as unknown as [
    null,
    Readable,
    Readable,
    Readable,
    Writable | undefined,
  ];
  const sampling = tracing?.instrumentation.engine === "sampler" ? tracing.instrumentation : undefined;
  const session =
    spec.trace === undefined || replies === undefined
      ? undefined
      : new TraceSession(mapBundle(spec.trace, spec), replies, sampling);
  const records = new TrialRecords(spec.folder);
  const isShown = spec.probe === "output";
  const captures = { stdout: new StreamCapture(isShown), stderr: new StreamCapture(isShown) };
  const messages = new MessageReader((message) => {
    if (message.type === "snapshot" || message.type === "sampled") void session?.handle(message);
    else if (message.type === "samples") session?.collect(message);
    else if (message.type === "metered") session?.add(message);
    else if (!isProgramMessage(message)) records.add(message);
  });
  for (const [name, stream] of [
    ["stdout", stdout],
    ["stderr", stderr],
  ] as const) {
    stream.on("data", (chunk: Buffer) => {
      captures[name].push(chunk);
      spec.debug?.onOutput(name, chunk);
    });
  }
  channel.on("data", (chunk: Buffer) => messages.push(chunk));
  channel.once("end", () => messages.end());
  return {
    streams: [stdout, stderr, channel],
    received: () => ({ records, captures, badLine: messages.badLine }),
    session,
  };
}

/** Runs each trial in a fresh process, the leader of a process group, with records on file descriptor 3. */
export const processExecutor: TrialExecutor = { run: runTrial };

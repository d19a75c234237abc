import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { performance } from "node:perf_hooks";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { joinSampled } from "../allocation/sampled-profile.ts";
import type { Checkpoint, Collection, EffectiveLimits, RegionHeap } from "../model/collections.ts";
import type { MetricReading } from "../model/metrics.ts";
import type { TrialInstructions, TrialMessage } from "../model/records.ts";
import type { Trial, TrialLimits } from "../model/report-results.ts";
import type { CollectedSamples, SamplingInstructions } from "../model/samples.ts";
import type { ThrownError } from "../model/thrown-error.ts";
import { semiSpaceLimit } from "../runtimes/semi-space-limit.ts";
import { closeClaim, type OpenClaim } from "./claim-places.ts";
import { classifyEnding, withoutCrashDump } from "./classify-ending.ts";
import { orderOutputs, type PlacedClaim, type PlacedDisplay } from "./output-order.ts";
import { type Command, type PathRoots, pythonCommand, shortenPaths } from "./python-process.ts";
import { createFrameMapper, type FrameMapper, findOrigin, mapText } from "./stack-frames.ts";
import { StreamCapture } from "./stream-capture.ts";
import { makeSnapshotFolder, removeSnapshotFolder, TraceSession } from "./trace-session.ts";
import { notRun, type TrialExecutor, type TrialSpec } from "./trial-executor.ts";
import { MessageReader } from "./trial-messages.ts";

/** After the process has gone, its pipes may be held open by what it started; this long they are listened to. */
const DRAIN_MS = 250;
/** Between asking a process to end and ending it. */
const GRACE_MS = 1000;

/** The harness is run as built: Node 20 cannot run TypeScript. */
export function harnessMain(): string {
  const built = fileURLToPath(new URL("../harness/main.js", import.meta.url));
  return existsSync(built) ? built : fileURLToPath(new URL("../../dist/harness/main.js", import.meta.url));
}

/** What a trial has sent so far. */
class Records {
  readonly displays: (PlacedDisplay | OpenClaim)[] = [];
  readonly claims: OpenClaim[] = [];
  readonly readings: MetricReading[] = [];
  readonly collections: Collection[] = [];
  readonly regionHeaps: RegionHeap[] = [];
  readonly checkpoints: Checkpoint[] = [];
  readonly reads: string[] = [];
  limits: EffectiveLimits | null = null;
  thrown: ThrownError | undefined;
  unsettledAwait = false;
  ended = false;

  add(message: Exclude<TrialMessage, { type: "snapshot" }>): void {
    switch (message.type) {
      case "start":
        this.limits = message.limits;
        break;
      case "display":
        this.displays.push({
          data: message.data,
          name: message.name,
          stdoutBytes: message.stdoutBytes,
          stderrBytes: message.stderrBytes,
        });
        break;
      case "claim": {
        const claim = { made: message, tested: undefined };
        this.claims.push(claim);
        this.displays.push(claim);
        break;
      }
      case "claim-test": {
        const claim = this.claims[message.claim];
        if (claim !== undefined) claim.tested = message;
        break;
      }
      case "metric":
        this.readings.push(message.reading);
        break;
      case "collection":
        this.collections.push(message.collection);
        break;
      case "region-heap":
        this.regionHeaps.push(message.heap);
        break;
      case "checkpoint":
        this.checkpoints.push(message.checkpoint);
        break;
      case "whole-cell-abandoned":
        this.checkpoints.length = 0;
        break;
      case "read":
        this.reads.push(message.path);
        break;
      case "error":
        this.thrown = message.error;
        break;
      case "unsettled-await":
        this.unsettledAwait = true;
        break;
      case "end":
        this.ended = true;
        break;
    }
  }
}

/** How one process is traced, if it is. */
interface TracingPlan {
  /** Where it leaves heap snapshots. */
  readonly snapshotFolder?: string;
  readonly sampling?: SamplingInstructions;
}

/** Node with the harness, in the parent's environment without what would change how Node or V8 run behind the report's back. */
function nodeCommand(spec: TrialSpec, { snapshotFolder, sampling }: TracingPlan): Command {
  const { bundlePath, probe, variant, warmup = 0 } = spec;
  const { engine = "tracker", counters = 0 } = spec.trace?.program ?? {};
  const sampled = sampling === undefined ? {} : { sampling };
  const traced = snapshotFolder === undefined ? {} : { tracing: { snapshotFolder, engine, counters, ...sampled } };
  const instructions: TrialInstructions = { bundle: bundlePath, probe, variant, warmup, ...traced };
  const { NODE_OPTIONS: _options, NODE_V8_COVERAGE: _coverage, ...inherited } = process.env;
  const env = { ...inherited, ...spec.env, HEAPBOOK_TRIAL: JSON.stringify(instructions) };
  return { path: spec.node, args: [...spec.flags, harnessMain()], env };
}

/** Processes at work. Should this one end, for whatever reason that lets it do so, they end with it. */
const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) killGroup(child, "SIGKILL");
});

/** Ends a process and everything it started; it leads a process group of its own. */
function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // ESRCH: the whole group has gone already
  }
}

interface Exit {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly spawnError: Error | undefined;
}

/** Waits for the end of the process, then a moment for what is still in its pipes. */
function waitForEnd(child: ChildProcess, streams: readonly Readable[], onExit: () => void): Promise<Exit> {
  return new Promise((resolve) => {
    let drain: NodeJS.Timeout | undefined;
    const finish = (exit: Exit): void => {
      clearTimeout(drain);
      for (const stream of streams) stream.destroy();
      resolve(exit);
    };
    child.once("error", (spawnError) => finish({ exitCode: null, signal: null, spawnError }));
    child.once("close", (exitCode, signal) => finish({ exitCode, signal, spawnError: undefined }));
    child.once("exit", (exitCode, signal) => {
      onExit();
      killGroup(child, "SIGKILL"); // whatever it left behind
      // Not from the timer itself: where this process was busy for that long, what is in the pipes is yet to be read.
      const end = (): void => void setImmediate(finish, { exitCode, signal, spawnError: undefined });
      drain = setTimeout(end, DRAIN_MS);
    });
  });
}

/** @throws Error where Node will not even try, as with an environment too large; what fails later is told by an event */
function startProcess(spec: TrialSpec, tracing: TracingPlan): ChildProcess {
  const { path, args, env } = spec.python === undefined ? nodeCommand(spec, tracing) : pythonCommand(spec, spec.python);
  return spawn(path, args, {
    cwd: spec.folder,
    env,
    stdio: ["ignore", "pipe", "pipe", "pipe", ...(tracing.snapshotFolder === undefined ? [] : ["pipe" as const])],
    detached: true,
  });
}

function trialLimits(limits: EffectiveLimits | null, spec: TrialSpec): TrialLimits | null {
  if (limits === null) return null;
  const ownBytes = spec.semiSpaceLimitBytes ?? null;
  return { ...limits, semiSpaceLimitBytes: semiSpaceLimit(spec.flags, limits.heapSizeLimitBytes, ownBytes) };
}

function placesOf({ folder, python }: TrialSpec): PathRoots {
  return { folder, library: python?.library };
}

async function runTrial(spec: TrialSpec, signal: AbortSignal): Promise<Trial> {
  signal.throwIfAborted();
  if (spec.trace === undefined) return runProcess(spec, signal);
  const snapshotFolder = makeSnapshotFolder();
  try {
    const { samplingIntervalBytes: intervalBytes } = spec.trace;
    if (intervalBytes === undefined) return await runProcess(spec, signal, { snapshotFolder });
    const sample = (collected: CollectedSamples): Promise<Trial> =>
      runProcess(spec, signal, { snapshotFolder, sampling: { intervalBytes, collected } });
    const allocated = await sample("kept");
    return allocated.failure === null ? joinTrials(allocated, await sample("dropped")) : allocated;
  } finally {
    removeSnapshotFolder(snapshotFolder);
  }
}

/** A trial that samples takes two processes, since one profile cannot tell both what was allocated and what is alive. */
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

async function runProcess(spec: TrialSpec, signal: AbortSignal, tracing: TracingPlan = {}): Promise<Trial> {
  const startMs = performance.now();
  let child: ChildProcess;
  try {
    child = startProcess(spec, tracing);
  } catch (error) {
    return notRun({ kind: "spawn", message: (error as Error).message }, performance.now() - startMs);
  }
  const records = new Records();
  const captures = { stdout: new StreamCapture(), stderr: new StreamCapture() };
  const [, stdout, stderr, channel, replies] = child.stdio as unknown as [
    null,
    Readable,
    Readable,
    Readable,
    Writable | undefined,
  ];
  const trace =
    spec.trace === undefined || replies === undefined
      ? undefined
      : new TraceSession(spec.trace, spec, replies, tracing.sampling);
  const messages = new MessageReader((message) => {
    if (message.type === "snapshot" || message.type === "sampled") trace?.handle(message);
    else if (message.type === "metered") trace?.add(message);
    else records.add(message);
  });
  stdout.on("data", (chunk: Buffer) => captures.stdout.push(chunk));
  stderr.on("data", (chunk: Buffer) => captures.stderr.push(chunk));
  channel.on("data", (chunk: Buffer) => messages.push(chunk));
  channel.once("end", () => messages.end());

  let timedOut = false;
  let grace: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearTimeout(grace); // of an earlier call: its process may be gone by the time it fires, and its number another's
    killGroup(child, "SIGTERM");
    grace = setTimeout(() => killGroup(child, "SIGKILL"), GRACE_MS);
  };
  const timer = setTimeout(() => {
    timedOut = true;
    stop();
  }, spec.timeoutMs);
  signal.addEventListener("abort", stop, { once: true });
  // A process that has ended is in time, even while its pipes are emptied.
  running.add(child);
  const exit = await waitForEnd(child, [stdout, stderr, channel], () => {
    clearTimeout(timer);
    running.delete(child);
  });
  running.delete(child);
  clearTimeout(timer);
  clearTimeout(grace);
  signal.removeEventListener("abort", stop);
  signal.throwIfAborted();
  const lineProfiles = (await trace?.finish()) ?? [];

  let mapper: FrameMapper | undefined;
  const getMapper = (): FrameMapper => {
    mapper ??= createFrameMapper(spec.bundleMap);
    return mapper;
  };
  const failure = classifyEnding(
    {
      ...exit,
      timedOut,
      ended: records.ended,
      unsettledAwait: records.unsettledAwait,
      thrown: records.thrown,
      untestedClaim: records.claims.find(({ tested }) => tested === undefined)?.made,
      badLine: messages.badLine,
      stderrTail: captures.stderr.tail(),
      limits: records.limits,
    },
    { ...placesOf(spec), bundlePath: spec.bundlePath, timeoutMs: spec.timeoutMs, mapper: getMapper },
  );
  const tidy = (name: "stdout" | "stderr", text: string): string => {
    if (spec.python !== undefined) return shortenPaths(text, placesOf(spec));
    // An error that the cell caught and printed has lines of the bundle, which are nobody's.
    const mapped = mapText(text, spec.bundlePath, getMapper);
    if (name === "stdout") return mapped;
    const rest = failure?.kind === "heap-limit" ? withoutCrashDump(mapped) : mapped;
    // The process id is another one each time.
    return rest.replace(/\(node:\d+\)/g, "(node)");
  };
  const named = (one: PlacedDisplay): PlacedDisplay =>
    spec.python === undefined ? one : shortenPaths(one, placesOf(spec));
  const place = (one: PlacedDisplay | OpenClaim): readonly (PlacedDisplay | PlacedClaim)[] =>
    "made" in one
      ? closeClaim(one, (stack) => findOrigin(stack, spec.bundlePath, spec.folder, getMapper()))
      : [named(one)];
  const isShown = spec.probe === "output" || failure !== null;
  return {
    failure,
    durationMs: performance.now() - startMs,
    limits: trialLimits(records.limits, spec),
    outputs: isShown ? orderOutputs(captures, records.displays.flatMap(place), tidy) : [],
    readings: records.readings,
    collections: records.collections,
    regionHeaps: records.regionHeaps,
    checkpoints: records.checkpoints,
    lineProfiles,
    reads: records.reads,
  };
}

/** Runs each trial in a fresh process, the leader of a process group, with records on file descriptor 3. */
export const processExecutor: TrialExecutor = { run: runTrial };

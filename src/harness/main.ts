/**
 * Entry of a measured process: reads the instructions, starts the probe, runs the cell, reports to the parent.
 * The process loads `node:` built-ins and the cell's bundle only, because everything loaded is measured.
 */
import { pathToFileURL } from "node:url";
import { getHeapSpaceStatistics, getHeapStatistics } from "node:v8";
import type { TrialInstructions } from "../model/records.ts";
import { send } from "./channel.ts";
import { describeError } from "./describe-error.ts";
import { keepModules } from "./kept-modules.ts";
import { measureIn } from "./measure-region.ts";
import { type Probe, RUNNING_TRIAL, type RunningTrial } from "./running-trial.ts";
import type { Tracer } from "./tracing/tracer.ts";

async function loadProbe({ bundle, probe: name, tracing, peakPass }: TrialInstructions): Promise<Probe> {
  // A dynamic import for each probe keeps the code of all other probes out of the heap.
  switch (name) {
    case "output": {
      const { observeSurroundings } = await import("./surroundings.ts");
      await observeSurroundings(bundle);
      return (await import("./probes/output.ts")).outputProbe;
    }
    case "min-heap": {
      const { observeReads } = await import("./file-reads.ts");
      observeReads();
      return (await import("./probes/output.ts")).minHeapProbe;
    }
    case "peak":
      return (await import("./probes/peak.ts")).peakProbe;
    case "bracket": {
      if (peakPass === undefined) throw new Error("heapbook: the probe `bracket` needs the instructions of a pass");
      // The search for live bytes at the peak runs instrumented code, in a process that resembles the one with the
      // tracker.
      if (tracing !== undefined) (await import("./tracing/tracker.ts")).prepareTracker(tracing);
      const { bracketProbe, startBracketProbe } = await import("./probes/bracket.ts");
      startBracketProbe(peakPass);
      return bracketProbe;
    }
    case "at-peak": {
      if (tracing === undefined || peakPass === undefined)
        throw new Error("heapbook: the probe `at-peak` needs an instrumented bundle and the instructions of a pass");
      const { atPeakProbe, startAtPeakProbe } = await import("./probes/at-peak.ts");
      startAtPeakProbe(tracing, peakPass);
      return atPeakProbe;
    }
    case "allocated":
      return (await import("./probes/allocated.ts")).allocatedProbe;
    case "lines": {
      if (tracing === undefined) throw new Error("heapbook: the probe `lines` needs an instrumented bundle");
      const { instrumentation } = tracing;
      if (instrumentation.engine === "sampler") {
        const { sampledLinesProbe, startSampledLinesProbe } = await import("./probes/sampled-lines.ts");
        startSampledLinesProbe(tracing, instrumentation);
        return sampledLinesProbe;
      }
      if (instrumentation.engine === "meter") {
        const { installMeter } = await import("./meter/meter.ts");
        installMeter(tracing.counters);
        return (await import("./probes/metered-lines.ts")).meteredLinesProbe;
      }
      const { linesProbe, startLinesProbe } = await import("./probes/lines.ts");
      startLinesProbe(tracing);
      return linesProbe;
    }
    case "gc": {
      const { gcProbe, startGcProbe } = await import("./probes/gc.ts");
      startGcProbe();
      return gcProbe;
    }
    case "time":
      return (await import("./probes/time.ts")).timeProbe;
  }
}

function fail(error: unknown, uncaught: boolean): never {
  send({ type: "error", error: describeError(error, uncaught) });
  process.exit(1);
}

/** Copied before the cell runs: the cell may replace the function by a fake timer. */
const { setImmediate } = globalThis;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function readInstructions(): TrialInstructions {
  const text = process.env["HEAPBOOK_TRIAL"];
  if (text === undefined)
    throw new Error("heapbook: HEAPBOOK_TRIAL is not set. Heapbook starts this file; run `heapbook render`.");
  delete process.env["HEAPBOOK_TRIAL"];
  return JSON.parse(text) as TrialInstructions;
}

/** Bytes of a V8 page. A semi-space consists of whole pages. */
const PAGE_BYTES = 256 * 1024;

/**
 * Present size of one semi-space, in bytes. Up to Node 24, `space_size` is this size. Node 26 omits the header of each
 * page from used and available bytes, so their sum is rounded up to whole pages.
 */
function readSemiSpace(): number {
  const space = getHeapSpaceStatistics().find((each) => each.space_name === "new_space");
  if (space === undefined) return 0;
  const bytes = Math.max(space.space_size, space.space_used_size + space.space_available_size);
  return Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES;
}

const instructions = readInstructions();
send({
  type: "start",
  limits: { heapSizeLimitBytes: getHeapStatistics().heap_size_limit, semiSpaceStartBytes: readSemiSpace() },
});

const probe = await loadProbe(instructions);
if (instructions.startsProcesses === true) await import("./left-processes.ts");

/**
 * Loads the tracer for `tracemalloc` in the cell. Undefined except in `output` trials: under `lines`, the probe itself
 * traces.
 */
async function loadTracer({ probe: name, tracing }: TrialInstructions): Promise<Tracer | undefined> {
  if (name !== "output" || tracing === undefined) return undefined;
  const { createTracer } = await import("./tracing/tracer.ts");
  return createTracer(tracing);
}

const tracer = await loadTracer(instructions);
const trial: RunningTrial = {
  probe,
  probeName: instructions.probe,
  variant: instructions.variant,
  warmup: instructions.warmup,
  wholeCell: undefined,
  tracer,
  rehearsed: false,
  openRegions: 0,
  measure: (fn, options) => measureIn(trial, fn, options),
  send,
};
(globalThis as { [RUNNING_TRIAL]?: RunningTrial })[RUNNING_TRIAL] = trial;

await probe.calibrate(trial.measure);

/**
 * Whether the program handles uncaught errors itself: by a listener, or by a capture callback such as that of a domain.
 */
function handlesErrors(): boolean {
  return process.listenerCount("uncaughtException") > 0 || process.hasUncaughtExceptionCaptureCallback();
}

// A callback or a promise without `await` may throw after the cell has run. The monitor changes nothing for the program
// and runs before Node prints the error.
process.on("uncaughtExceptionMonitor", (error) => {
  if (!handlesErrors()) fail(error, true);
});

let flushed = false;
/** Calls the probe's `flush()`, once. */
const flush = (): void => {
  if (flushed) return;
  flushed = true;
  probe.flush();
};

/**
 * Ends the region of the whole cell, if the cell has called no `measure()`. Such a region lasts until the process would
 * end.
 */
function endWholeCell(): void {
  const { wholeCell } = trial;
  trial.wholeCell = undefined;
  wholeCell?.end();
}

/** Whether the event loop became empty while a top-level `await` of the cell was still pending. */
let isUnsettled = false;
function endUnsettled(): void {
  isUnsettled = true;
  send({ type: "unsettled-await" });
}

/**
 * Ends the trial once the event loop is empty: no timers, servers or promises are left. If another `beforeExit`
 * listener has begun work, waits for the next `beforeExit`.
 */
function endTrial(): void {
  // Repeats `listWork()` of event-loop.ts. With an import of that module, an empty region read 1,560 B more, of V8's
  // own data.
  const work = process.getActiveResourcesInfo();
  for (let index = 0; index < work.length; index += 1) {
    if (work[index] === "PipeWrap" || work[index] === "TTYWrap") continue;
    process.once("beforeExit", endTrial);
    return;
  }
  endWholeCell();
  void (async () => {
    await turn(); // V8 reports the last collections in the next turn of the event loop
    flush();
    send({ type: "end" });
  })();
}

process.once("beforeExit", endUnsettled);
// `process.exit()` in a cell skips `beforeExit`, as in any script.
process.once("exit", (code) => {
  if (flushed || code !== 0) return;
  if (trial.openRegions > 0 && !isUnsettled && trial.probeName !== "output" && trial.probeName !== "min-heap") {
    const error = new Error("process.exit() was called inside measure(), whose region has no metrics then");
    send({ type: "error", error: describeError(error, false) });
    process.exitCode = 1;
    return;
  }
  endWholeCell();
  flush();
  send({ type: "end" });
});

/** Called when the cell's module has been evaluated, or has failed with a handled error. */
function onImported(namespace: unknown): void {
  process.off("beforeExit", endUnsettled);
  // Registered last, so that it runs after the program's own listeners, which may begin more work.
  process.once("beforeExit", endTrial);
  // Keeps the cell's exports alive as long as Node does.
  (globalThis as Record<symbol, unknown>)[Symbol.for("heapbook.namespace")] = namespace;
}

function onFailed(error: unknown): void {
  if (!handlesErrors()) fail(error, false);
  // Thrown outside of the promise, as Node does.
  process.nextTick(() => {
    throw error;
  });
  onImported(undefined);
}

keepModules();
// `cluster.fork()` and `fork(process.argv[1])` must start the cell again, not the harness.
process.argv[1] = instructions.bundle;
trial.wholeCell = probe.startRegion("", 0);
trial.wholeCell.awaits();
// Not awaited: if the cell waits for ever, Node 22 and later would print the `await` of this file as unsettled.
void import(pathToFileURL(instructions.bundle).href).then(onImported, onFailed);

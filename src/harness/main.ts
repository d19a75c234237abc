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
      // A search for what is alive at the peak runs code that has markers, too, in a process like the one with the tracker.
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

/** Taken before the code of the cell runs, which may replace it by a fake timer. */
const { setImmediate } = globalThis;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function readInstructions(): TrialInstructions {
  const text = process.env["HEAPBOOK_TRIAL"];
  if (text === undefined)
    throw new Error("heapbook: HEAPBOOK_TRIAL is not set. Heapbook starts this file; run `heapbook render`.");
  delete process.env["HEAPBOOK_TRIAL"];
  return JSON.parse(text) as TrialInstructions;
}

/** Size of a V8 page. A semi-space consists of whole pages. */
const PAGE_BYTES = 256 * 1024;

/**
 * Present size of one semi-space, in bytes. Up to Node 24, `space_size` is that size. Node 26 reports used and available bytes
 * without the header that V8 keeps in each page, so their sum is rounded up to whole pages.
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

/** The tracer for `tracemalloc` in the cell. Only `output` trials have one: under `lines`, the probe itself traces. */
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

/** Whether the program itself decides what happens to an error that nothing caught: by a listener, or by a domain. */
function handlesErrors(): boolean {
  return process.listenerCount("uncaughtException") > 0 || process.hasUncaughtExceptionCaptureCallback();
}

// A callback, or a promise without an `await`, may throw after the cell's own run. The monitor takes nothing from the program, and
// comes before Node's own dump.
process.on("uncaughtExceptionMonitor", (error) => {
  if (!handlesErrors()) fail(error, true);
});

let flushed = false;
/** Ends the region of the whole run, and reports what is left to report. */
const flush = (): void => {
  if (flushed) return;
  flushed = true;
  probe.flush();
};

/** The region of a cell without `measure()` is its run: it ends when the process would. */
function endWholeCell(): void {
  const { wholeCell } = trial;
  trial.wholeCell = undefined;
  wholeCell?.end();
}

/** Whether a top-level `await` of the cell was open when the event loop was empty. */
let isUnsettled = false;
function endUnsettled(): void {
  isUnsettled = true;
  send({ type: "unsettled-await" });
}

/** The event loop is empty: timers, servers and promises have run out. A listener of the program may have begun more. */
function endTrial(): void {
  // As in event-loop.ts. One more module in every process moved 1,560 B of V8's own into a region that is empty.
  // By index: the cell may have replaced the methods of lists.
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

/** The cell has run to its end, or failed. */
function onImported(namespace: unknown): void {
  process.off("beforeExit", endUnsettled);
  // After the program's own listeners, which may give it more to do.
  process.once("beforeExit", endTrial);
  // Keeps the cell's exports alive as long as Node does.
  (globalThis as Record<symbol, unknown>)[Symbol.for("heapbook.namespace")] = namespace;
}

function onFailed(error: unknown): void {
  if (!handlesErrors()) fail(error, false);
  // Outside of this promise, as Node throws it.
  process.nextTick(() => {
    throw error;
  });
  onImported(undefined);
}

keepModules();
// `cluster.fork()`, and `fork(process.argv[1])`, start the cell again and not the harness.
process.argv[1] = instructions.bundle;
trial.wholeCell = probe.startRegion("", 0);
trial.wholeCell.awaits();
// Not awaited here: where the cell waits for ever, Node 22 and later print the line of this file that would wait for it.
void import(pathToFileURL(instructions.bundle).href).then(onImported, onFailed);

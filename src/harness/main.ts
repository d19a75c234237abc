/**
 * The entry of a measured process: reads its instructions, starts the probe, runs the cell, reports.
 * Nothing but `node:` built-ins and the cell's own bundle is loaded here; everything else would be measured too.
 */
import { pathToFileURL } from "node:url";
import { inspect, types } from "node:util";
import { getHeapSpaceStatistics, getHeapStatistics } from "node:v8";
import type { TrialInstructions } from "../model/records.ts";
import type { ThrownError } from "../model/thrown-error.ts";
import { send } from "./channel.ts";
import { measureIn } from "./measure-region.ts";
import { type Probe, RUNNING_TRIAL, type RunningTrial } from "./running-trial.ts";
import type { Tracer } from "./tracing/tracer.ts";

async function loadProbe({ probe: name, tracing }: TrialInstructions): Promise<Probe> {
  // Imported one by one: a probe that is not used is not in the heap.
  switch (name) {
    case "output": {
      const { observeReads } = await import("./file-reads.ts");
      observeReads();
      return (await import("./probes/output.ts")).outputProbe;
    }
    case "min-heap": {
      const { observeReads } = await import("./file-reads.ts");
      observeReads();
      return (await import("./probes/output.ts")).minHeapProbe;
    }
    case "peak":
      return (await import("./probes/peak.ts")).peakProbe;
    case "bracket":
      return (await import("./probes/bracket.ts")).bracketProbe;
    case "allocated":
      return (await import("./probes/allocated.ts")).allocatedProbe;
    case "lines": {
      if (tracing === undefined) throw new Error("heapbook: this probe needs a marked bundle");
      if (tracing.sampling !== undefined) {
        const { sampledLinesProbe, startSampledLinesProbe } = await import("./probes/sampled-lines.ts");
        startSampledLinesProbe(tracing, tracing.sampling);
        return sampledLinesProbe;
      }
      if (tracing.engine === "meter") {
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

/** A cell may throw anything, and give an error any `name`, `message` and `stack`. */
function describeError(error: unknown, uncaught: boolean): ThrownError {
  if (!types.isNativeError(error) && !(error instanceof Error)) {
    return { name: "Thrown", message: typeof error === "string" ? error : inspect(error), stack: "", uncaught };
  }
  const { name, message, stack, cause } = error as Error;
  const reason = cause instanceof Error ? ` [cause: ${cause.name}: ${cause.message}]` : "";
  return { name: String(name), message: `${message}${reason}`, stack: String(stack ?? ""), uncaught };
}

function fail(error: unknown, uncaught: boolean): never {
  send({ type: "error", error: describeError(error, uncaught) });
  process.exit(1);
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function readInstructions(): TrialInstructions {
  const text = process.env["HEAPBOOK_TRIAL"];
  if (text === undefined) throw new Error("heapbook: this file is started by Heapbook, not by hand");
  delete process.env["HEAPBOOK_TRIAL"];
  return JSON.parse(text) as TrialInstructions;
}

/** A semi-space is made of whole pages. */
const PAGE_BYTES = 256 * 1024;

/**
 * Bytes of one semi-space as it is now. Up to Node 24 its size is told as such; Node 26 tells what is in use of it so far,
 * and what is left, without what V8 itself needs of a page.
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

/** Under the probes that trace, tracing is theirs. */
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
  measure: (fn, options) => measureIn(trial, fn, options),
  send,
};
(globalThis as { [RUNNING_TRIAL]?: RunningTrial })[RUNNING_TRIAL] = trial;

await probe.calibrate(trial.measure);

// A callback or a promise nobody awaits may throw after the cell's own run: told as such, without Node's own dump.
process.setUncaughtExceptionCaptureCallback((error) => fail(error, true));

let flushed = false;
const flush = (): void => {
  if (flushed) return;
  flushed = true;
  probe.flush();
};

/** When the event loop is empty the cell is done: timers and servers it started have had their time. */
let imported = false;
process.once("beforeExit", () => {
  if (!imported) {
    send({ type: "unsettled-await" });
    return;
  }
  void (async () => {
    await turn(); // V8 reports the last collections in the next turn
    flush();
    send({ type: "end" });
  })();
});
// `process.exit()` in a cell skips the above, as it does in a script.
process.once("exit", (code) => {
  if (flushed || code !== 0) return;
  flush();
  send({ type: "end" });
});

trial.wholeCell = probe.startRegion("", 0);
let namespace: unknown;
try {
  namespace = await import(pathToFileURL(instructions.bundle).href);
} catch (error) {
  fail(error, false);
}
imported = true;
trial.wholeCell?.end();
// Held until here, so that what the cell exports is alive at its last reading.
void namespace;

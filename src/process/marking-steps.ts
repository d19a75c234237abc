import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { MarkingStep, RegionHeap } from "../model/collections.ts";
import type { MetricReading } from "../model/metrics.ts";
import { pauseMetrics } from "../model/pauses.ts";

/** Name of V8's trace event for a step of incremental marking on a thread that runs JavaScript. */
const STEP = "V8.GCIncrementalMarking";
const MAIN_THREAD = "JavaScriptMainThread";
/** Note on the pause metrics of a trial without V8's trace, whose marking steps are unknown. */
const WITHOUT_STEPS = "without the steps of incremental marking";

interface TraceEvent {
  readonly pid: number;
  readonly tid: number;
  readonly ph: string;
  readonly name: string;
  readonly ts: number;
  readonly dur?: number;
  readonly args?: { readonly name?: string };
}

/** A region under the probe `gc`. */
export interface RegionPauses {
  readonly heap: RegionHeap;
  /** Start of the region on the clock of V8's trace, in µs. */
  readonly startMicroseconds: number;
  /** Pauses of the collections and their phases. */
  readonly pausesMs: readonly number[];
}

/** A step of incremental marking, on the clock of V8's trace. */
export interface TracedStep {
  readonly startMicroseconds: number;
  readonly pauseMs: number;
}

/**
 * Node's arguments that make it write V8's trace into a folder. The trace is needed because `v8.GCProfiler` and
 * performance entries report only the start of incremental marking, not its steps.
 */
export function traceArguments(folder: string): readonly string[] {
  // The name contains the process id, so that a child that inherits the arguments writes another file.
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Node replaces the variables
  const name = "${pid}-${rotation}.json";
  return ["--trace-event-categories=v8", `--trace-event-file-pattern=${join(folder, name)}`];
}

/**
 * Reads the steps of incremental marking on the main thread of a process from V8's trace. Undefined if there is no
 * trace, as after a kill.
 */
export function readMarkingSteps(folder: string, pid: number): readonly TracedStep[] | undefined {
  const files = readdirSync(folder).filter((name) => name.startsWith(`${pid}-`));
  if (files.length === 0) return undefined;
  const steps: TracedStep[] = [];
  let mainThread: number | undefined;
  for (const name of files) {
    const events = parseEvents(readFileSync(join(folder, name), "utf8"));
    if (events === undefined) return undefined;
    mainThread ??= events.find(({ ph, args }) => ph === "M" && args?.name === MAIN_THREAD)?.tid;
    for (const { name: event, tid, ts, dur } of events)
      if (event === STEP && tid === mainThread && dur !== undefined)
        steps.push({ startMicroseconds: ts, pauseMs: dur / 1000 });
  }
  return mainThread === undefined ? undefined : steps.sort((a, b) => a.startMicroseconds - b.startMicroseconds);
}

/** Parses V8's trace; undefined for a trace that was cut off and is not valid JSON. */
function parseEvents(text: string): readonly TraceEvent[] | undefined {
  try {
    return (JSON.parse(text) as { traceEvents: TraceEvent[] }).traceEvents;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export interface SteppedTrial {
  readonly readings: readonly MetricReading[];
  readonly markingSteps: readonly MarkingStep[];
}

/**
 * Adds the steps of incremental marking to the regions in which they happened: as `markingSteps`, and to the pause
 * metrics.
 * @param regions in the order of their ends, which is also the order of each metric's readings
 * @param steps undefined if V8's trace is missing; then a note on the pause metrics says so
 */
export function addMarkingSteps(
  readings: readonly MetricReading[],
  regions: readonly RegionPauses[],
  steps: readonly TracedStep[] | undefined,
): SteppedTrial {
  const within = regions.map((region) => stepsWithin(region, steps ?? []));
  const metrics = regions.map(({ pausesMs }, i) =>
    pauseMetrics([...pausesMs, ...(within[i] ?? []).map(({ pauseMs }) => pauseMs)]),
  );
  const seen = new Map<string, number>();
  return {
    markingSteps: within.flat(),
    readings: readings.map((reading) => {
      const index = seen.get(reading.id) ?? 0;
      const value = new Map(Object.entries(metrics[index] ?? {})).get(reading.id);
      if (value === undefined) return reading;
      seen.set(reading.id, index + 1);
      return steps === undefined ? { ...reading, note: WITHOUT_STEPS } : { ...reading, value };
    }),
  };
}

function stepsWithin({ heap, startMicroseconds }: RegionPauses, steps: readonly TracedStep[]): readonly MarkingStep[] {
  return steps.flatMap((step) => {
    const timeMs = (step.startMicroseconds - startMicroseconds) / 1000;
    return timeMs < 0 || timeMs > heap.endMs ? [] : [{ region: heap.region, timeMs, pauseMs: step.pauseMs }];
  });
}

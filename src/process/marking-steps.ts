import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { MarkingStep, RegionHeap } from "../model/collections.ts";
import type { MetricReading } from "../model/metrics.ts";
import { pauseMetrics } from "../model/pauses.ts";

/** Name of V8's trace event for a step of incremental marking on a thread that runs JavaScript. */
const STEP = "V8.GCIncrementalMarking";
const MAIN_THREAD = "JavaScriptMainThread";
/** Of the pause metrics, where V8's trace is missing. */
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

/** A step on the clock of V8's trace. */
export interface TracedStep {
  readonly startMicroseconds: number;
  readonly pauseMs: number;
}

/**
 * Arguments with which Node writes V8's trace below a folder: `v8.GCProfiler` and performance entries report the start of incremental
 * marking only, not its steps.
 */
export function traceArguments(folder: string): readonly string[] {
  // A child that inherits the arguments has another id.
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Node replaces the variables
  const name = "${pid}-${rotation}.json";
  return ["--trace-event-categories=v8", `--trace-event-file-pattern=${join(folder, name)}`];
}

/** Steps of incremental marking on the main thread of a process; undefined where it wrote no trace, as when it was killed. */
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

/** A trace that was cut off is no JSON. */
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
 * Adds the steps of incremental marking to the regions in which they were: as steps, and to the metrics of pauses.
 * @param regions in the order of their ends, as are the readings of each metric
 * @param steps undefined where V8's trace is missing: a note says so
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

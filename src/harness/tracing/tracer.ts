import type { LineAllocation } from "../../model/line-profile.ts";
import type { TracingInstructions } from "../../model/records.ts";
import { askParent, prepareTracker, startTracking, stopTracking } from "./tracker.ts";

/** Traces allocations when the cell asks for it. The base of `tracemalloc` in the cell library. */
export interface Tracer {
  /** Starts tracing; starts again where tracing is on. */
  start(): void;
  stop(): void;
  isTracing(): boolean;
  /** Live objects, and allocations since the start, by line; empty while tracing is off. */
  readLines(): readonly LineAllocation[];
}

export function createTracer(instructions: TracingInstructions): Tracer {
  prepareTracker(instructions);
  let tracing = false;
  process.once("exit", stopTracking);
  return {
    start: () => {
      if (tracing) stopTracking();
      startTracking();
      tracing = true;
    },
    stop: () => {
      stopTracking();
      tracing = false;
    },
    isTracing: () => tracing,
    readLines: () => (tracing ? (askParent({ kind: "lines" }) as readonly LineAllocation[]) : []),
  };
}

import type { LineAllocation } from "../../model/line-profile.ts";
import type { TracingInstructions } from "../../model/records.ts";
import { askParent, prepareTracker, startTracking, stopTracking } from "./tracker.ts";

/** Starts and stops the tracing of allocations for a cell. The base of `tracemalloc` in the cell library. */
export interface Tracer {
  /** Starts tracing. If tracing is on, starts it anew. */
  start(): void;
  stop(): void;
  isTracing(): boolean;
  /** Live objects now, and allocations since `start()`, by line. Empty while tracing is off. */
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

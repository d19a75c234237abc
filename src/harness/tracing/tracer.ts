import type { LineAllocation } from "../../model/line-profile.ts";
import type { TracingInstructions } from "../../model/records.ts";
import { askParent, prepareTracker, startTracking, stopTracking } from "./tracker.ts";

/** Traces allocations when the cell asks for it: what `tracemalloc` of the cell library stands on. */
export interface Tracer {
  /** Traces from here on, anew where it traces already. */
  start(): void;
  stop(): void;
  isTracing(): boolean;
  /** What is alive, and what was allocated since the start, by line; empty where nothing is traced. */
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

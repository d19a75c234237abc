import { Session } from "node:inspector";
import { join } from "node:path";
import { writeHeapSnapshot } from "node:v8";
import type { TraceRequest, TracingInstructions } from "../../model/records.ts";
import { send } from "../channel.ts";
import { installMarkers, readCounter } from "../markers.ts";
import { calibrateSizes } from "./calibration.ts";
import { receiveReply } from "./replies.ts";

const IDLE_CHECK_MS = 10;

const session = new Session();
let idleTimer: NodeJS.Timeout | undefined;
let sizes: Readonly<Record<string, number>> = {};
let folder = "";
let counters = 0;
let snapshots = 0;

/** What marked code needs before it is loaded; learns what cannot be traced, before anything is. */
export function prepareTracker(instructions: TracingInstructions): void {
  folder = instructions.snapshotFolder;
  counters = instructions.counters;
  installMarkers(counters);
  session.connect();
  sizes = calibrateSizes(session);
}

/** From here on V8 keeps every allocation with its stack. */
export function startTracking(): void {
  session.post("HeapProfiler.enable");
  session.post("HeapProfiler.startTrackingHeapObjects", { trackAllocations: true });
  // Objects that are there already are nobody's: the snapshot tells which those are.
  askParent({ kind: "base", sizes });
  idleTimer = setInterval(stopWhenIdle, IDLE_CHECK_MS).unref();
}

export function stopTracking(): void {
  clearInterval(idleTimer);
  session.post("HeapProfiler.disable");
}

/**
 * While it tracks, V8's agent has a timer of its own, which holds the event loop open for ever. So tracking ends as soon as
 * nothing else does: then nothing can come that would allocate.
 */
function stopWhenIdle(): void {
  // The pipes of stdout and stderr are listed once they were written to, and hold nothing open.
  const { _getActiveHandles: activeHandles } = process as unknown as {
    _getActiveHandles(): { readonly fd?: number }[];
  };
  const standard = activeHandles().filter(({ fd }) => fd === 1 || fd === 2).length;
  if (process.getActiveResourcesInfo().length === standard) stopTracking();
}

/**
 * Writes a snapshot and waits until the parent has read it, which also removes it: there is never more than one on the
 * disk, and the process's own memory holds nothing of it.
 */
export function askParent(request: TraceRequest): unknown {
  const path = writeHeapSnapshot(join(folder, `${++snapshots}.heapsnapshot`));
  send({ type: "snapshot", path, counts: Array.from({ length: counters }, (_, i) => readCounter(i)), request });
  return receiveReply();
}

/** Tells the parent something to which there is no answer. */
export function tellParent(request: TraceRequest): void {
  send({ type: "snapshot", path: null, counts: [], request });
}

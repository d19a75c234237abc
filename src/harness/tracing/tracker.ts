import { Session } from "node:inspector";
import { join } from "node:path";
import { writeHeapSnapshot } from "node:v8";
import type { TraceRequest, TracingInstructions } from "../../model/records.ts";
import { send } from "../channel.ts";
import { loadStreams } from "../load-streams.ts";
import { installMarkers, readCounters } from "../markers.ts";
import { calibrateSizes, makeAwaits } from "./calibration.ts";
import { receiveReply } from "./replies.ts";

const IDLE_CHECK_MS = 10;

const session = new Session();
let idleTimer: NodeJS.Timeout | undefined;
let sizes: Readonly<Record<string, number>> = {};
let folder = "";
let snapshots = 0;
/** Whether the program's `beforeExit` listeners have been called. */
let hasAsked = false;
/** `beforeExit` listeners registered before the program started. */
const ownListeners = new Set<unknown>();

/** Prepares the process for instrumented code, and measures the sizes of counted allocations before tracking begins. */
export function prepareTracker(instructions: TracingInstructions): void {
  folder = instructions.snapshotFolder;
  loadStreams();
  installMarkers(instructions.counters);
  session.connect();
  sizes = calibrateSizes(session);
}

/**
 * Starts V8's allocation tracker, which records each allocation with its stack. Keeps the event loop open until
 * `stopTracking()`.
 */
export function beginTracking(): void {
  session.post("HeapProfiler.enable");
  session.post("HeapProfiler.startTrackingHeapObjects", { trackAllocations: true });
  // The first snapshot identifies existing objects, which belong to no line.
  const awaits = makeAwaits();
  askParent({ kind: "base", sizes, awaits });
}

/**
 * Starts the tracker, and stops it when the event loop has no other work.
 *
 * @param onIdle called when the event loop has no other work, before tracking stops. The program's `beforeExit`
 * listeners are called before that, once, because this timer keeps Node from calling them; work that they begin is
 * awaited.
 */
export function startTracking(onIdle: () => void = () => {}): void {
  beginTracking();
  for (const listener of process.rawListeners("beforeExit")) ownListeners.add(listener);
  idleTimer = setInterval(stopWhenIdle, IDLE_CHECK_MS, onIdle).unref();
}

export function stopTracking(): void {
  clearInterval(idleTimer);
  session.post("HeapProfiler.disable");
}

/**
 * Stops tracking once the event loop has no other work, when nothing can allocate any more. While V8 tracks, a timer of
 * its own keeps the event loop open.
 */
function stopWhenIdle(onIdle: () => void): void {
  // Node lists the pipes of stdout and stderr after the first write, although they do not keep the event loop open.
  const { _getActiveHandles: activeHandles } = process as unknown as {
    _getActiveHandles(): { readonly fd?: number }[];
  };
  const standard = activeHandles().filter(({ fd }) => fd === 1 || fd === 2).length;
  const isIdle = (): boolean => process.getActiveResourcesInfo().length === standard;
  if (!isIdle()) return;
  if (!hasAsked) {
    hasAsked = true;
    for (const listener of process.rawListeners("beforeExit")) {
      if (!ownListeners.has(listener)) listener.call(process, 0);
    }
    if (!isIdle()) return;
  }
  onIdle();
  stopTracking();
}

/** Last major version of Node whose V8 searches the line of a closure from the start of its source, unless lines are listed. */
const LAST_WITHOUT_LINE_ENDS = 21;

/**
 * Makes V8 list the line ends of all scripts, which makes snapshots of Node 20 faster. V8's CPU profiler makes these lists
 * when it starts. Without them, the search for the lines of closures took 70 % of the CPU time of a program that loads
 * typescript (9 MB in one file). The lists are in the heap and belong to no line. Regions of cells do without them, because
 * their live bytes contain the whole heap.
 */
export function listLineEnds(): void {
  if (Number.parseInt(process.versions.node, 10) > LAST_WITHOUT_LINE_ENDS) return;
  for (const method of ["enable", "start", "stop", "disable"]) session.post(`Profiler.${method}`);
}

/**
 * Writes a heap snapshot, sends the request, and waits until the parent has read and removed the file. Returns the
 * parent's answer. At most one snapshot is on the disk, and none in the memory of this process.
 */
export function askParent(request: TraceRequest | (() => TraceRequest)): unknown {
  const path = writeHeapSnapshot(join(folder, `${++snapshots}.heapsnapshot`));
  // A request made after the snapshot reads the heap without garbage.
  send({
    type: "snapshot",
    path,
    counts: readCounters(),
    request: typeof request === "function" ? request() : request,
  });
  return receiveReply();
}

/** Sends the parent a request without a snapshot. The parent does not answer. */
export function notifyParent(request: TraceRequest): void {
  send({ type: "snapshot", path: null, counts: [], request });
}

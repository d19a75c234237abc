import { readdirSync, readFileSync } from "node:fs";

interface StreamHandle {
  readonly _handle?: { readonly reading?: unknown } | null;
  readonly connecting?: unknown;
}

/** Number of idle checks in a row after which the program counts as idle. */
const QUIET_CHECKS = 3;
let quiet = 0;

/**
 * Counts sockets and terminals that Node lists although they do not keep the event loop open, because they neither read
 * nor connect (such as stdout).
 */
function countSilentStreams(): number {
  const { _getActiveHandles: list } = process as unknown as { _getActiveHandles(): StreamHandle[] };
  return list
    .call(process)
    .filter(({ _handle: handle, connecting }) => connecting === false && handle?.reading !== true).length;
}

/** CPU time of all other threads at the last check, in ns. */
let lastTime = 0;
/** CPU time between two checks above which another thread counts as busy, in ns. V8's own threads use less. */
const BUSY_NS = 2_000_000;

/**
 * Whether another thread of the process has computed since the last check, such as one of zlib, `node:crypto` or an
 * addon. Node lists none of this work. Always false except on Linux.
 */
function hasBusyThread(): boolean {
  if (process.platform !== "linux") return false;
  let time = 0;
  try {
    for (const id of readdirSync("/proc/self/task")) {
      // The first number in `schedstat` is the time on a CPU, in ns.
      if (Number(id) !== process.pid)
        time += Number.parseInt(readFileSync(`/proc/self/task/${id}/schedstat`, "latin1"), 10);
    }
  } catch {
    return false; // a thread has ended meanwhile, or the kernel keeps no such statistics
  }
  const isBusy = time - lastTime > BUSY_NS;
  lastTime = time;
  return isBusy;
}

/**
 * Whether nothing of the program keeps the event loop open. While V8's agent tracks allocations, its own timer keeps
 * the loop open, so Node's own test never says that the loop is empty. Call it repeatedly: only several checks in a row
 * find work that Node does not list.
 */
export function isIdle(): boolean {
  const listed = process.getActiveResourcesInfo().length - countSilentStreams();
  quiet = listed > 0 || hasBusyThread() ? 0 : quiet + 1;
  return quiet >= QUIET_CHECKS;
}

/** Whether a listener has begun new work that Node lists. Restarts the count of idle checks. */
export function hasListedWork(): boolean {
  quiet = 0;
  return process.getActiveResourcesInfo().length > countSilentStreams();
}

import { readdirSync, readFileSync } from "node:fs";

interface StreamHandle {
  readonly _handle?: { readonly reading?: unknown } | null;
  readonly connecting?: unknown;
}

/** Checks in a row that must find nothing before the program counts as idle. */
const QUIET_CHECKS = 3;
let quiet = 0;

/** Sockets and terminals that Node lists although they keep no event loop open: they neither read nor connect, as stdout. */
function countSilentStreams(): number {
  const { _getActiveHandles: list } = process as unknown as { _getActiveHandles(): StreamHandle[] };
  return list
    .call(process)
    .filter(({ _handle: handle, connecting }) => connecting === false && handle?.reading !== true).length;
}

/** CPU time of all other threads at the last check, in ns. */
let lastTime = 0;
/** CPU time between two checks from which a thread counts as at work. V8's own threads wake up for less. */
const BUSY_NS = 2_000_000;

/**
 * Whether another thread of the process has computed since the last check, such as one of zlib, of `node:crypto` or of an addon: Node
 * lists none of that work. Known on Linux only.
 */
function hasBusyThread(): boolean {
  if (process.platform !== "linux") return false;
  let time = 0;
  try {
    for (const id of readdirSync("/proc/self/task")) {
      // The first number is the time on a CPU.
      if (Number(id) !== process.pid)
        time += Number.parseInt(readFileSync(`/proc/self/task/${id}/schedstat`, "latin1"), 10);
    }
  } catch {
    return false; // a thread has ended meanwhile, or the kernel does not count
  }
  const isBusy = time - lastTime > BUSY_NS;
  lastTime = time;
  return isBusy;
}

/**
 * Whether nothing of the program keeps the event loop open. V8's agent keeps a timer while it tracks, so that Node itself cannot
 * find out. To be called again and again: only several checks in a row find work that Node does not list.
 */
export function isIdle(): boolean {
  const listed = process.getActiveResourcesInfo().length - countSilentStreams();
  quiet = listed > 0 || hasBusyThread() ? 0 : quiet + 1;
  return quiet >= QUIET_CHECKS;
}

/** Whether a listener has given the event loop more to do. Starts the checks anew. */
export function hasListedWork(): boolean {
  quiet = 0;
  return process.getActiveResourcesInfo().length > countSilentStreams();
}

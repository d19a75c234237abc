import { getHeapStatistics } from "node:v8";

/** The base is read until two readings agree; more than this many collections never helped where it was measured. */
const SETTLE_LIMIT = 16;

/** A full collection, forced. */
export function collect(): void {
  if (globalThis.gc === undefined) throw new Error("heapbook: this probe needs --expose-gc");
  globalThis.gc();
}

/** Bytes in use, garbage included: used heap plus ArrayBuffers. */
export function readUsedBytes(): number {
  return getHeapStatistics().used_heap_size + process.memoryUsage().arrayBuffers;
}

/** Bytes alive: used heap plus ArrayBuffers, after two forced collections (the second takes what finalizers let go). */
export function readLiveBytes(): number {
  collect();
  collect();
  return readUsedBytes();
}

/** Live bytes once two readings agree. */
export function settleLiveBytes(): number {
  let previous = readLiveBytes();
  for (let i = 0; i < SETTLE_LIMIT; i++) {
    const current = readLiveBytes();
    if (current === previous) break;
    previous = current;
  }
  return previous;
}

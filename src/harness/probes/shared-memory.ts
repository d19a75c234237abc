import { getHeapStatistics, queryObjects } from "node:v8";

/** Taken before the code of the cell runs, which may replace it. */
const { memoryUsage } = process;

/** More bytes of buffers than V8 has outside of its heap, from which on SharedArrayBuffers are looked for. */
const NOTABLE_BYTES = 64 * 1024;

/**
 * Bytes of buffers, shared ones included, less all memory that V8 counts outside of its heap, shared ones not included. Grows with
 * SharedArrayBuffers, and where a program lets go of other external memory.
 */
export function readUncountedBytes(): number {
  return memoryUsage().arrayBuffers - getHeapStatistics().external_memory;
}

/**
 * Whether there are SharedArrayBuffers that can be the reason why uncounted bytes have grown. Node counts them and does not give their sizes.
 * Counting walks the heap, so it is done only after such growth.
 *
 * @param grownBytes growth of `readUncountedBytes`
 */
export function hasSharedMemory(grownBytes: number): boolean {
  return grownBytes >= NOTABLE_BYTES && queryObjects(SharedArrayBuffer, { format: "count" }) > 0;
}

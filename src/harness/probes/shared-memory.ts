import { getHeapStatistics, queryObjects } from "node:v8";

/** More bytes of buffers than V8 has outside of its heap, from which on SharedArrayBuffers are looked for. */
const NOTABLE_BYTES = 64 * 1024;

/**
 * Bytes of buffers, shared ones included, less all memory that V8 counts outside of its heap, shared ones not included. Grows with
 * SharedArrayBuffers, and where a program lets go of other external memory.
 */
export function readUncountedBytes(): number {
  return process.memoryUsage().arrayBuffers - getHeapStatistics().external_memory;
}

/**
 * Whether live SharedArrayBuffers explain that uncounted bytes have grown. Node tells how many there are, not how large they are. Walks
 * the heap, so only where there is a reason to.
 *
 * @param grownBytes growth of `readUncountedBytes`
 */
export function hasSharedMemory(grownBytes: number): boolean {
  return grownBytes >= NOTABLE_BYTES && queryObjects(SharedArrayBuffer, { format: "count" }) > 0;
}

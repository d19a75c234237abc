import { getHeapStatistics } from "node:v8";
import { listObjects, totalByteLength } from "../list-objects.ts";

/** Taken before the code of the cell runs, which may replace them. */
const { memoryUsage } = process;
const { SharedArrayBuffer: Shared } = globalThis;

/** More bytes of buffers than V8 has outside of its heap, from which on SharedArrayBuffers are looked for. */
const NOTABLE_BYTES = 64 * 1024;

/**
 * Bytes of all buffers, SharedArrayBuffers included, less V8's external memory, which does not include them. Grows where SharedArrayBuffers
 * are allocated, or where external memory that is no buffer is freed.
 */
export function readUncountedBytes(): number {
  return memoryUsage().arrayBuffers - getHeapStatistics().external_memory;
}

/**
 * Whether there are SharedArrayBuffers that can be the reason why uncounted bytes have grown. Those of Node's own are smaller.
 * Listing walks the heap, so it is done only after such growth.
 *
 * @param grownBytes growth of `readUncountedBytes`
 */
export function hasSharedMemory(grownBytes: number): boolean {
  return grownBytes >= NOTABLE_BYTES && totalByteLength(listObjects(Shared)) >= NOTABLE_BYTES;
}

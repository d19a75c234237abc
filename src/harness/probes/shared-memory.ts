import { getHeapStatistics } from "node:v8";
import { listObjects, totalByteLength } from "../list-objects.ts";

/** Copied before the cell runs: the cell may replace them. */
const { memoryUsage } = process;
const { SharedArrayBuffer: Shared } = globalThis;

/** Growth of uncounted bytes above which the heap is searched for SharedArrayBuffers. */
const NOTABLE_BYTES = 64 * 1024;

/**
 * Bytes of all buffers, SharedArrayBuffers included, less V8's external memory, which excludes SharedArrayBuffers.
 * Grows when SharedArrayBuffers are allocated, or when external memory other than buffers is freed.
 */
export function readUncountedBytes(): number {
  return memoryUsage().arrayBuffers - getHeapStatistics().external_memory;
}

/**
 * Whether live SharedArrayBuffers may explain the growth of uncounted bytes. Node's own are smaller. Walks the heap, so
 * only after notable growth.
 *
 * @param grownBytes growth of `readUncountedBytes`
 */
export function hasSharedMemory(grownBytes: number): boolean {
  return grownBytes >= NOTABLE_BYTES && totalByteLength(listObjects(Shared)) >= NOTABLE_BYTES;
}

import { getHeapSpaceStatistics, getHeapStatistics } from "node:v8";

/** The base is read until two readings agree; more than this many collections never helped where it was measured. */
const SETTLE_LIMIT = 16;

/** A full collection, forced. */
export function collect(): void {
  if (globalThis.gc === undefined) throw new Error("heapbook: this probe needs --expose-gc");
  globalThis.gc();
}

/** Spaces of machine code, which comes and goes as V8 optimises: no data of the program, and never the same twice. */
export const CODE_SPACES: ReadonlySet<string> = new Set(["code_space", "code_large_object_space"]);

/** Bytes of machine code in the heap. */
function readCodeBytes(): number {
  let bytes = 0;
  for (const space of getHeapSpaceStatistics()) if (CODE_SPACES.has(space.space_name)) bytes += space.space_used_size;
  return bytes;
}

/**
 * Bytes in use without machine code.
 * @param read the bytes with it
 */
function withoutCode(read: () => number): number {
  for (;;) {
    const codeBytes = readCodeBytes();
    const bytes = read() - codeBytes;
    // Where V8 compiled one of these functions just now, the two are not of the same moment.
    if (codeBytes === readCodeBytes()) return bytes;
  }
}

const readHeapAndBuffers = (): number => getHeapStatistics().used_heap_size + process.memoryUsage().arrayBuffers;
const readHeapAndExternal = (): number => {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
};

/** Bytes in use, garbage included: used heap without machine code, plus ArrayBuffers. */
export function readUsedBytes(): number {
  return withoutCode(readHeapAndBuffers);
}

/** Bytes in use as a profile of collections has them: with all external memory, of which ArrayBuffers are a part. */
export function readProfiledBytes(): number {
  return withoutCode(readHeapAndExternal);
}

// Readings go into typed arrays, not into variables: a number of this size is an object on the heap while no compiler has
// optimised the function, and would be in the next reading.

/** Bytes alive: those in use after two forced collections (the second takes what finalizers let go). */
export function readLiveBytes(into: Float64Array, place: number, read = readUsedBytes): void {
  collect();
  collect();
  into[place] = read();
}

const previous = new Float64Array(1);

function agrees(readings: Float64Array, place: number): boolean {
  const same = readings[place] === previous[0];
  previous[0] = readings[place] ?? 0;
  return same;
}

/** Live bytes once two readings agree. */
export function settleLiveBytes(into: Float64Array, place: number, read = readUsedBytes): void {
  previous[0] = 0;
  for (let i = 0; i < SETTLE_LIMIT; i++) {
    readLiveBytes(into, place, read);
    if (agrees(into, place)) return;
  }
}

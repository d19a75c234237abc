import { getHeapSpaceStatistics, getHeapStatistics } from "node:v8";

/** Most readings of a base, which ends once two in a row agree. More readings have never helped. */
const SETTLE_LIMIT = 16;

/** V8's `gc()`, copied before the cell runs, because the cell may replace it. */
const { gc } = globalThis;

/**
 * What a rehearsal skips: forced collections, or also readings of the heap. Each takes most of the time of the
 * rehearsed code.
 */
export type Rehearsal = "without collections" | "without readings";

let rehearsal: Rehearsal | undefined;

/** Begins a rehearsal of the code that reads live bytes; undefined ends it. */
export function setRehearsal(next: Rehearsal | undefined): void {
  rehearsal = next;
}

/** Forces a full collection, except in a rehearsal. Throws if Node lacks `--expose-gc`. */
export function collect(): void {
  if (rehearsal !== undefined) return;
  if (gc === undefined) throw new Error("heapbook: the probe needs --expose-gc");
  gc();
}

/**
 * Names of V8's spaces of machine code. Not counted as live bytes: V8 adds and drops code as it optimises, so their
 * size does not repeat.
 */
export const CODE_SPACES: ReadonlySet<string> = new Set(["code_space", "code_large_object_space"]);

/** Bytes of machine code in the heap. */
function readCodeBytes(): number {
  let bytes = 0;
  for (const space of getHeapSpaceStatistics()) if (CODE_SPACES.has(space.space_name)) bytes += space.space_used_size;
  return bytes;
}

/**
 * Bytes in use, garbage included: used heap without machine code, plus V8's external memory. External memory is what
 * objects hold outside of the heap: ArrayBuffers, long strings from Node's buffers, memory of WebAssembly up to Node
 * 24. SharedArrayBuffers belong to no heap and are missing. `CollectionProfile` and peak/heap-bytes.ts count the same
 * bytes.
 */
function readUsedBytes(): number {
  if (rehearsal === "without readings") return 0;
  for (;;) {
    const codeBytes = readCodeBytes();
    const { used_heap_size, external_memory } = getHeapStatistics();
    // If V8 compiled one of these functions between the readings, they are of different moments: read again.
    if (codeBytes === readCodeBytes()) return used_heap_size + external_memory - codeBytes;
  }
}

/** Bytes in use outside of the heap: the external part of `readUsedBytes`. */
export function readExternalBytes(): number {
  return rehearsal === "without readings" ? 0 : getHeapStatistics().external_memory;
}

// Readings go into typed arrays: in unoptimised code, a number of this size in a variable is an object on the heap (a
// HeapNumber), which the next reading would contain.

/**
 * Reads live bytes into `into[place]`: bytes in use after two forced collections (docs/measurement.md#live-bytes). The
 * second collection frees objects released by finalizers.
 */
export function readLiveBytes(into: Float64Array, place: number): void {
  collect();
  collect();
  into[place] = readUsedBytes();
}

const previous = new Float64Array(1);

function agrees(readings: Float64Array, place: number): boolean {
  const same = readings[place] === previous[0];
  previous[0] = readings[place] ?? 0;
  return same;
}

/** Reads live bytes into `into[place]` until two readings in a row agree, at most `SETTLE_LIMIT` times. */
export function settleLiveBytes(into: Float64Array, place: number): void {
  previous[0] = 0;
  // In a rehearsal without collections, two readings never agree.
  const limit = rehearsal === undefined ? SETTLE_LIMIT : 2;
  for (let i = 0; i < limit; i++) {
    readLiveBytes(into, place);
    if (agrees(into, place)) return;
  }
}

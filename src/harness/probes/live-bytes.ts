import { getHeapSpaceStatistics, getHeapStatistics } from "node:v8";

/** Most readings of a base until two in a row agree; in no measurement did more readings help. */
const SETTLE_LIMIT = 16;

/** V8's `gc()`, taken before the code of the cell runs, which may replace it. */
const { gc } = globalThis;

/** What a rehearsal leaves out: collections, or readings too. Either takes most of the time of the code around it. */
export type Rehearsal = "without collections" | "without readings";

let rehearsal: Rehearsal | undefined;

/** Begins a rehearsal of the code that reads live bytes, or with undefined ends it. */
export function setRehearsal(next: Rehearsal | undefined): void {
  rehearsal = next;
}

/** Forces a full collection. */
export function collect(): void {
  if (rehearsal !== undefined) return;
  if (gc === undefined) throw new Error("heapbook: the probe needs --expose-gc");
  gc();
}

/** V8's spaces of machine code. Not counted as live: V8 adds and drops code as it optimises, so their size does not repeat. */
export const CODE_SPACES: ReadonlySet<string> = new Set(["code_space", "code_large_object_space"]);

/** Bytes of machine code in the heap. */
function readCodeBytes(): number {
  let bytes = 0;
  for (const space of getHeapSpaceStatistics()) if (CODE_SPACES.has(space.space_name)) bytes += space.space_used_size;
  return bytes;
}

/**
 * Bytes in use, garbage included: used heap without machine code, plus external memory. That is what objects hold outside of the heap and
 * V8 knows of: ArrayBuffers, resizable ones too, long strings from Node's buffers, memory of WebAssembly up to Node 24. It lacks
 * SharedArrayBuffers, which belong to no heap. `CollectionProfile` and the search for the peak (peak/heap-bytes.ts) count the same.
 */
function readUsedBytes(): number {
  if (rehearsal === "without readings") return 0;
  for (;;) {
    const codeBytes = readCodeBytes();
    const { used_heap_size, external_memory } = getHeapStatistics();
    // If V8 compiled one of these functions meanwhile, the readings are not of the same moment: read again.
    if (codeBytes === readCodeBytes()) return used_heap_size + external_memory - codeBytes;
  }
}

/** Bytes in use outside of the heap: of what `readUsedBytes` counts, what objects hold there. */
export function readExternalBytes(): number {
  return rehearsal === "without readings" ? 0 : getHeapStatistics().external_memory;
}

// Readings go into typed arrays, not into variables: in unoptimised code a number of this size is an object on the heap
// (a HeapNumber), which the next reading would contain.

/**
 * Reads live bytes into `into[place]`: bytes in use after two forced collections (docs/measurement.md#live-bytes). The second
 * collection frees objects that finalizers released.
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
  // Without collections no two readings agree.
  const limit = rehearsal === undefined ? SETTLE_LIMIT : 2;
  for (let i = 0; i < limit; i++) {
    readLiveBytes(into, place);
    if (agrees(into, place)) return;
  }
}

import { createRequire } from "node:module";

/**
 * Node's internal binding behind `v8.getHeapSpaceStatistics()`. `updateHeapSpaceStatisticsBuffer(space)` writes doubles
 * (bytes) into a buffer and allocates nothing.
 */
interface SpaceStatistics {
  updateHeapSpaceStatisticsBuffer(space: number): void;
  readonly heapSpaceStatisticsBuffer: Float64Array;
  readonly kHeapSpaces: readonly string[];
  readonly kSpaceUsedSizeIndex: number;
  readonly kSpaceAvailableSizeIndex: number;
}

/** Loads the binding, which needs `--expose-internals`. Suppresses Node's warning that the module is for tests only. */
function loadStatistics(): SpaceStatistics {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    const { internalBinding } = createRequire(import.meta.url)("internal/test/binding") as {
      internalBinding(name: "v8"): SpaceStatistics;
    };
    return internalBinding("v8");
  } finally {
    process.emitWarning = emitWarning;
    // Node's module defines these globals for its tests.
    for (const name of ["internalBinding", "primordials"]) Reflect.deleteProperty(globalThis, name);
  }
}

const {
  updateHeapSpaceStatisticsBuffer: update,
  heapSpaceStatisticsBuffer: buffer,
  kHeapSpaces,
  kSpaceUsedSizeIndex: USED,
  kSpaceAvailableSizeIndex: AVAILABLE,
} = loadStatistics();

function indexOf(space: string): number {
  const index = kHeapSpaces.indexOf(space);
  if (index < 0) throw new Error(`this version of V8 has no heap space ${space}`);
  return index;
}

const NEW = indexOf("new_space");
const NEW_LARGE = indexOf("new_large_object_space");
const OLD_SPACES = ["old_space", "large_object_space"];
const OLD = OLD_SPACES.map(indexOf);
const OLD_SPACE = indexOf("old_space");

// The double is read as two integers: unoptimised code would allocate a heap number for each double that it reads.
const words = new Int32Array(buffer.buffer, buffer.byteOffset, 2 * buffer.length);
const LOW = 2 * USED;
const HIGH = LOW + 1;

/** Decodes the buffer's double from its mantissa and exponent. The double holds an integer below 2^31. */
function $hbmDecode(): number {
  const high = words[HIGH] as number;
  if (high === 0) return 0;
  const exponent = (high >>> 20) - 1023;
  const mantissa = (high & 0xfffff) | 0x100000;
  return exponent < 21
    ? mantissa >> (20 - exponent)
    : (mantissa << (exponent - 20)) | ((words[LOW] as number) >>> (52 - exponent));
}

// Decodes numbers of all magnitudes before V8 optimises. V8 would otherwise drop code optimised for small numbers and
// compile again while metering.
for (const bytes of [0, 8, 2 ** 20, 2 ** 21 + 8, 2 ** 26, 2 ** 30]) {
  buffer[USED] = bytes;
  $hbmDecode();
}

/** Bytes in use in the young generation, without large objects. Allocates nothing. */
export function $hbmReadNew(): number {
  update(NEW);
  return $hbmDecode();
}

/** Bytes of large objects (more than about 128 KiB each) in the young generation. Allocates nothing. */
export function $hbmReadLarge(): number {
  update(NEW_LARGE);
  return $hbmDecode();
}

/** Bytes in use in the space of small old objects, modulo 2^32. Allocates nothing. */
export function $hbmReadOldSpace(): number {
  update(OLD_SPACE);
  return $hbmDecode();
}

/** Bytes in use in the old generation, large objects included. */
export function readOld(): number {
  let bytes = 0;
  for (const space of OLD) {
    update(space);
    bytes += buffer[USED] as number;
  }
  return bytes;
}

/** Bytes in use in the old generation, from V8's statistics of a collection. */
export function oldBytesOf(spaces: readonly { readonly spaceName: string; readonly spaceUsedSize: number }[]): number {
  let bytes = 0;
  for (const { spaceName, spaceUsedSize } of spaces) if (OLD_SPACES.includes(spaceName)) bytes += spaceUsedSize;
  return bytes;
}

const WHOLE_PAGE_BYTES = 256 * 1024;

/**
 * Bytes that a page of the young generation holds. V8 fills pages from start to end; an object that does not fit goes
 * to the next page. A semi-space has a power of two of pages.
 */
export function readPageBytes(): number {
  update(NEW);
  const bytes = (buffer[USED] as number) + (buffer[AVAILABLE] as number);
  return bytes / 2 ** Math.ceil(Math.log2(bytes / WHOLE_PAGE_BYTES));
}

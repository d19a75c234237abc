import { createRequire } from "node:module";

/**
 * What `node:v8` itself reads the statistics of a space with: `updateHeapSpaceStatisticsBuffer(space)` writes four doubles into
 * a buffer, and makes no object.
 */
interface SpaceStatistics {
  updateHeapSpaceStatisticsBuffer(space: number): void;
  readonly heapSpaceStatisticsBuffer: Float64Array;
  readonly kHeapSpaces: readonly string[];
  readonly kSpaceUsedSizeIndex: number;
  readonly kSpaceAvailableSizeIndex: number;
}

/** Node's own, behind `--expose-internals`. Loading it warns that it is for tests; the author's stderr is no place for that. */
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
  if (index < 0) throw new Error(`this V8 has no space ${space}`);
  return index;
}

const NEW = indexOf("new_space");
const NEW_LARGE = indexOf("new_large_object_space");
const OLD = ["old_space", "large_object_space"].map(indexOf);

// A double out of a Float64Array would be an object in code that is not optimised, so it is read as two integers.
const words = new Int32Array(buffer.buffer, buffer.byteOffset, 2 * buffer.length);
const LOW = 2 * USED;
const HIGH = LOW + 1;

/** The double of the buffer, an integer below 2^31, from its mantissa and exponent. */
function $hbmDecode(): number {
  const high = words[HIGH] as number;
  if (high === 0) return 0;
  const exponent = (high >>> 20) - 1023;
  const mantissa = (high & 0xfffff) | 0x100000;
  return exponent < 21
    ? mantissa >> (20 - exponent)
    : (mantissa << (exponent - 20)) | ((words[LOW] as number) >>> (52 - exponent));
}

/** Bytes in use in the young generation, large objects apart. Allocates nothing. */
export function $hbmReadNew(): number {
  update(NEW);
  return $hbmDecode();
}

/** Bytes of large objects, above some 128 KiB each, in the young generation. Allocates nothing. */
export function $hbmReadLarge(): number {
  update(NEW_LARGE);
  return $hbmDecode();
}

/** Bytes in use in the old generation. */
export function readOld(): number {
  let bytes = 0;
  for (const space of OLD) {
    update(space);
    bytes += buffer[USED] as number;
  }
  return bytes;
}

const WHOLE_PAGE_BYTES = 256 * 1024;

/**
 * Bytes that a page of the young generation holds: V8 allocates through it from its start to its end, and goes on with the
 * next where an object does not fit any more. A semi-space has a power of two of pages.
 */
export function readPageBytes(): number {
  update(NEW);
  const bytes = (buffer[USED] as number) + (buffer[AVAILABLE] as number);
  return bytes / 2 ** Math.ceil(Math.log2(bytes / WHOLE_PAGE_BYTES));
}

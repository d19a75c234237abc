import { createRequire } from "node:module";

/**
 * Node's internal binding behind `v8.getHeapStatistics()` and `v8.getHeapSpaceStatistics()`. An update writes doubles
 * (bytes) into a typed array and creates no object.
 */
interface HeapBinding {
  updateHeapStatisticsBuffer(): void;
  readonly heapStatisticsBuffer: Float64Array;
  readonly kUsedHeapSizeIndex: number;
  readonly kExternalMemoryIndex: number;
  updateHeapSpaceStatisticsBuffer(space: number): void;
  readonly heapSpaceStatisticsBuffer: Float64Array;
  readonly kHeapSpaces: readonly string[];
  readonly kSpaceUsedSizeIndex: number;
}

/**
 * Loads the binding, which needs `--expose-internals`. Suppresses Node's warning, which would appear in the author's
 * stderr.
 */
function loadBinding(): HeapBinding {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    const { internalBinding } = createRequire(import.meta.url)("internal/test/binding") as {
      internalBinding(name: "v8"): HeapBinding;
    };
    return internalBinding("v8");
  } finally {
    process.emitWarning = emitWarning;
  }
}

const binding = loadBinding();
const { updateHeapStatisticsBuffer: updateHeap, updateHeapSpaceStatisticsBuffer: updateSpace } = binding;

const wordsOf = (buffer: Float64Array): Int32Array =>
  new Int32Array(buffer.buffer, buffer.byteOffset, 2 * buffer.length);
const heapWords = wordsOf(binding.heapStatisticsBuffer);
const spaceWords = wordsOf(binding.heapSpaceStatisticsBuffer);
const USED = binding.kUsedHeapSizeIndex;
const EXTERNAL = binding.kExternalMemoryIndex;
const SPACE_USED = binding.kSpaceUsedSizeIndex;

const indexOf = (space: string): number => binding.kHeapSpaces.indexOf(space);
const CODE = indexOf("code_space");
const LARGE_CODE = indexOf("code_large_object_space");

/**
 * Decodes the double at an index of a buffer, a whole number below 2^53, and divides it by 8. The result fits a small
 * integer up to 16 GiB. Reading it as a double would allocate a heap object in unoptimised code.
 */
function $hbmDecode(words: Int32Array, index: number): number {
  const high = words[2 * index + 1] as number;
  if (high === 0) return 0;
  const exponent = (high >>> 20) - 1023 - 3;
  if (exponent < 0) return 0;
  const mantissa = (high & 0xfffff) | 0x100000;
  return exponent < 21
    ? mantissa >> (20 - exponent)
    : (mantissa << (exponent - 20)) | ((words[2 * index] as number) >>> (52 - exponent));
}

// Decodes numbers of all magnitudes before V8 optimises. V8 would otherwise drop code optimised for small numbers and
// compile again in a region.
const magnitudes = wordsOf(Float64Array.from([0, 4, 2 ** 10, 2 ** 20 + 8, 2 ** 25, 2 ** 33 + 8]));
for (let i = 0; i < magnitudes.length / 2; i++) $hbmDecode(magnitudes, i);

/** Bytes in one unit of `$hbmReadWords()`. */
export const WORD_BYTES = 8;

/**
 * Bytes in use, garbage included, in words of 8 bytes: the heap without machine code, and external memory
 * (ArrayBuffers, strings outside of the heap). Allocates nothing.
 */
export function $hbmReadWords(): number {
  updateSpace(CODE);
  const code = $hbmDecode(spaceWords, SPACE_USED);
  updateSpace(LARGE_CODE);
  const large = $hbmDecode(spaceWords, SPACE_USED);
  updateHeap();
  return ($hbmDecode(heapWords, USED) + $hbmDecode(heapWords, EXTERNAL) - code - large) | 0;
}

import { createRequire } from "node:module";

/**
 * Node's own buffers behind `v8.getHeapStatistics()` and `v8.getHeapSpaceStatistics()`: an update writes doubles into a typed array
 * and makes no object.
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

/** Behind `--expose-internals`. Node warns that the module is for tests; the warning would appear in the author's stderr. */
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
 * The double at a place of a buffer, a whole number below 2^53, in units of 8 bytes: those fit a small integer up to 16 GiB. A double
 * read as such would be an object on the heap in code that is not optimised.
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

// Numbers of all magnitudes, before V8 optimises: it would drop code that has seen small ones only, and optimise again in a region.
const magnitudes = wordsOf(Float64Array.from([0, 4, 2 ** 10, 2 ** 20 + 8, 2 ** 25, 2 ** 33 + 8]));
for (let i = 0; i < magnitudes.length / 2; i++) $hbmDecode(magnitudes, i);

/** The unit of `$hbmReadWords`, in bytes. */
export const WORD_BYTES = 8;

/**
 * Bytes in use, garbage included, in words of 8 bytes: the heap without machine code, and external memory (ArrayBuffers, strings
 * outside of the heap). Allocates nothing.
 */
export function $hbmReadWords(): number {
  updateSpace(CODE);
  const code = $hbmDecode(spaceWords, SPACE_USED);
  updateSpace(LARGE_CODE);
  const large = $hbmDecode(spaceWords, SPACE_USED);
  updateHeap();
  return ($hbmDecode(heapWords, USED) + $hbmDecode(heapWords, EXTERNAL) - code - large) | 0;
}

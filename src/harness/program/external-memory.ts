import { getHeapStatistics } from "node:v8";
import { listObjects, totalByteLength } from "../list-objects.ts";

interface WasmMemory {
  readonly buffer: ArrayBuffer | SharedArrayBuffer;
}

interface WithWasm {
  /** Missing under `--jitless`. */
  readonly WebAssembly?: { readonly Memory: new (size: { readonly initial: number }) => WasmMemory };
}

/** Copied before the program runs, which may replace them. */
const { SharedArrayBuffer: Shared } = globalThis;
const Memory = (globalThis as WithWasm).WebAssembly?.Memory;
const { alloc } = Buffer;
const { isExtensible } = Object;
const { toString: decode } = Buffer.prototype;

const Bytes = ArrayBuffer;
const readResizable = Object.getOwnPropertyDescriptor(Bytes.prototype, "resizable")?.get as
  | ((this: ArrayBuffer) => boolean)
  | undefined;
/**
 * Last major version of Node whose V8 counts an ArrayBuffer with its initial length. Repeated from
 * observing/unseen-memory.ts, because that module is not loaded into a program.
 */
const LAST_UNCOUNTED_RESIZE_MAJOR = 23;
const major = Number(process.versions.node.split(".")[0]);

/**
 * Bytes of a Buffer that is large enough for V8 to keep the string made from it outside of the heap, with one or two
 * bytes a character.
 */
const WIDE_BYTES = 4 * 1024 * 1024;

function countExternal(): number {
  return getHeapStatistics().external_memory;
}

/** Whether V8's external memory includes the memories of WebAssembly. True up to Node 24. */
function countsWasm(Constructor: new (size: { readonly initial: number }) => WasmMemory): boolean {
  const before = countExternal();
  const memory = new Constructor({ initial: 1 });
  return countExternal() - before >= memory.buffer.byteLength;
}

/**
 * Returns the buffers of memories of WebAssembly, including memories that no instance exports. Reading `buffer` of a
 * memory makes its buffer.
 */
function buffersOf(memories: readonly WasmMemory[]): (ArrayBuffer | SharedArrayBuffer)[] {
  return memories.map(({ buffer }) => buffer);
}

/** Memory of the process outside of V8's heap. */
export interface ExternalReading {
  /** Bytes of ArrayBuffers, SharedArrayBuffers, long strings made from Buffers, and memories of WebAssembly. */
  readonly externalBytes: number;
  /**
   * Whether the program has resizable ArrayBuffers, whose bytes V8 counts wrongly up to Node 23: it uses the initial length
   * of each, which no function returns. Also true if the program has frozen the prototype, because the buffers cannot be
   * listed then.
   */
  readonly hasMiscounted: boolean;
}

/** Whether this version of Node counts resizable ArrayBuffers wrongly. */
const MAY_MISCOUNT = major <= LAST_UNCOUNTED_RESIZE_MAJOR && readResizable !== undefined;

/** Reads the memory outside of V8's heap. Finds the objects whose bytes V8 does not count. */
export function readExternal(): ExternalReading {
  const isFrozen = MAY_MISCOUNT && !isExtensible(Bytes.prototype);
  const classes = [...(Memory === undefined ? [] : [Memory]), Shared, ...(MAY_MISCOUNT && !isFrozen ? [Bytes] : [])];
  const found = classes.flatMap((each) => listObjects<object>(each)); // also frees dead buffers
  const external = countExternal();
  const isShared = (each: object): each is SharedArrayBuffer => each instanceof Shared;
  const resizes = (each: object): boolean => each instanceof Bytes && readResizable?.call(each) === true;
  const memories = Memory === undefined ? [] : found.filter((each) => each instanceof Memory);
  const buffers = buffersOf(memories as WasmMemory[]);
  const unshared = buffers.filter((each) => !isShared(each));
  const hasUncounted = Memory !== undefined && buffers.length > 0 && !countsWasm(Memory);
  // The buffer of a shared memory is a SharedArrayBuffer. V8 does not count SharedArrayBuffers, because they belong to no
  // heap.
  const shared = [...new Set([...found, ...buffers].filter(isShared))];
  return {
    externalBytes: external + (hasUncounted ? totalByteLength(unshared) : 0) + totalByteLength(shared),
    hasMiscounted: isFrozen || (MAY_MISCOUNT && found.some(resizes)),
  };
}

/**
 * Bytes counted by Node for each byte of a string with two bytes a character: 1; on Node 26, which counts characters,
 * 1/2.
 */
export function readWideShare(): number {
  const bytes = alloc(WIDE_BYTES);
  const before = countExternal();
  const text = decode.call(bytes, "utf16le");
  return (countExternal() - before) / (2 * text.length);
}

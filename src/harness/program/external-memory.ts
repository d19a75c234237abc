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
 * Bytes of memories of WebAssembly that V8 does not count, including memories that no instance exports. Reading
 * `buffer` of a memory makes its buffer. Shared memories are left out: their buffers are SharedArrayBuffers.
 */
function readWasmBytes(memories: readonly WasmMemory[]): number {
  if (Memory === undefined) return 0;
  const buffers = memories.map(({ buffer }) => buffer);
  if (buffers.length === 0 || countsWasm(Memory)) return 0;
  return totalByteLength(buffers.filter((buffer) => !(buffer instanceof Shared)));
}

/**
 * Bytes outside of V8's heap: ArrayBuffers, SharedArrayBuffers, long strings made from Buffers, memories of
 * WebAssembly. Each list of objects takes at least one full collection; on a program that runs for some 100 ms this is
 * less than the program's own time.
 */
export function readAllExternalBytes(): number {
  const memories = Memory === undefined ? [] : listObjects(Memory); // also frees dead buffers
  const external = countExternal();
  const wasm = readWasmBytes(memories);
  // V8 does not count SharedArrayBuffers, because they belong to no heap.
  return external + wasm + totalByteLength(listObjects(Shared));
}

/**
 * Whether the program has resizable ArrayBuffers, whose bytes V8 counts wrongly up to Node 23: it uses the initial
 * length of each, which no function returns. Also true if the program has frozen the prototype, because the buffers
 * cannot be listed then.
 */
export function hasMiscountedBuffers(): boolean {
  if (major > LAST_UNCOUNTED_RESIZE_MAJOR || readResizable === undefined) return false;
  if (!Object.isExtensible(Bytes.prototype)) return true;
  return listObjects(Bytes).some((buffer) => readResizable.call(buffer) === true);
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

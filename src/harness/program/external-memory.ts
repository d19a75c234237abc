import { getHeapStatistics } from "node:v8";
import { listObjects, totalByteLength } from "../list-objects.ts";

interface WasmMemory {
  readonly buffer: ArrayBuffer | SharedArrayBuffer;
}

interface WithWasm {
  /** Missing under the flag `--jitless`. */
  readonly WebAssembly?: { readonly Memory: new (size: { readonly initial: number }) => WasmMemory };
}

/** Taken before the program runs, which may replace them. */
const { SharedArrayBuffer: Shared } = globalThis;
const Memory = (globalThis as WithWasm).WebAssembly?.Memory;
const { alloc } = Buffer;
const { toString: decode } = Buffer.prototype;

const Bytes = ArrayBuffer;
const readResizable = Object.getOwnPropertyDescriptor(Bytes.prototype, "resizable")?.get as
  | ((this: ArrayBuffer) => boolean)
  | undefined;
/** As for cells (observing/unseen-memory.ts), whose modules are not loaded into a program. */
const LAST_UNCOUNTED_RESIZE_MAJOR = 23;
const major = Number(process.versions.node.split(".")[0]);

/** A string of this size, made from a Buffer, is outside of V8's heap with one byte a character, and with two. */
const WIDE_BYTES = 4 * 1024 * 1024;

function countExternal(): number {
  return getHeapStatistics().external_memory;
}

/** Whether V8 counts the memories of WebAssembly as its external memory: up to Node 24. */
function countsWasm(Constructor: new (size: { readonly initial: number }) => WasmMemory): boolean {
  const before = countExternal();
  const memory = new Constructor({ initial: 1 });
  return countExternal() - before >= memory.buffer.byteLength;
}

/**
 * Bytes of the memories of WebAssembly that V8 does not count, also of one that an instance does not export. A memory without a buffer gets
 * one; that of a shared memory is a SharedArrayBuffer.
 */
function readWasmBytes(memories: readonly WasmMemory[]): number {
  if (Memory === undefined) return 0;
  const buffers = memories.map(({ buffer }) => buffer);
  if (buffers.length === 0 || countsWasm(Memory)) return 0;
  return totalByteLength(buffers.filter((buffer) => !(buffer instanceof Shared)));
}

/**
 * Memory outside of V8's heap, in bytes: of ArrayBuffers, shared ones too, of long strings from Buffers, and of WebAssembly. Each list takes
 * a full collection or more: a program that has run for some 100 ms spends less on itself.
 */
export function readAllExternalBytes(): number {
  const memories = Memory === undefined ? [] : listObjects(Memory); // collects garbage, which V8 counts
  const external = countExternal();
  const wasm = readWasmBytes(memories);
  // SharedArrayBuffers belong to no heap: V8 does not count them.
  return external + wasm + totalByteLength(listObjects(Shared));
}

/**
 * Whether the program has resizable ArrayBuffers whose bytes V8 may count wrongly: up to Node 23 it keeps counting the length with which each
 * was made, which no function of V8 returns. Also true where the program has frozen the prototype, so that they cannot be listed.
 */
export function hasMiscountedBuffers(): boolean {
  if (major > LAST_UNCOUNTED_RESIZE_MAJOR || readResizable === undefined) return false;
  if (!Object.isExtensible(Bytes.prototype)) return true;
  return listObjects(Bytes).some((buffer) => readResizable.call(buffer) === true);
}

/** Bytes that Node counts for each byte of a string of 2 bytes a character: 1, and 1/2 on Node 26, which counts characters. */
export function readWideShare(): number {
  const bytes = alloc(WIDE_BYTES);
  const before = countExternal();
  const text = decode.call(bytes, "utf16le");
  return (countExternal() - before) / (2 * text.length);
}

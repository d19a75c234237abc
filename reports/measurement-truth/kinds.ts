/**
 * One thing of each kind of memory that a program can hold, and its bytes. What a probe does not see of a kind on some version of Node is
 * a row with an error, and a note at the cell.
 */
import { arrayBytes, type Thing } from "./sizes.ts";

const MB = 1_000_000;
const WASM_PAGES = 80;

/** As of Node 20 and 22; TypeScript's library has neither. */
type ModernBuffer = ArrayBuffer & { resize(bytes: number): void };
const Resizable = ArrayBuffer as unknown as new (bytes: number, options: { maxByteLength: number }) => ModernBuffer;
/** Of every engine, and of no library of types for Node. */
declare const WebAssembly: {
  readonly Memory: new (size: {
    initial: number;
    maximum?: number;
    shared?: boolean;
  }) => { readonly buffer: ArrayBuffer };
};

export const KINDS: Readonly<Record<string, Thing>> = {
  "V8's heap: small arrays": {
    make: () => Array.from({ length: 50_000 }, (_, i) => [i, i]),
    bytes: arrayBytes(50_000) + 50_000 * arrayBytes(2),
  },
  "V8's heap: large objects": {
    make: () => Array.from({ length: 20 }, () => new Array(30_000).fill(1)),
    bytes: arrayBytes(20) + 20 * arrayBytes(30_000),
  },
  "an ArrayBuffer": { make: () => new ArrayBuffer(5 * MB), bytes: 5 * MB },
  "a resizable ArrayBuffer, made larger": {
    make: () => {
      const buffer = new Resizable(1 * MB, { maxByteLength: 8 * MB });
      buffer.resize(5 * MB);
      return buffer;
    },
    bytes: 5 * MB,
  },
  "a transferred ArrayBuffer": {
    make: () => {
      const buffer = new ArrayBuffer(5 * MB);
      return structuredClone(buffer, { transfer: [buffer] });
    },
    bytes: 5 * MB,
  },
  "an external string": { make: () => Buffer.alloc(4 * MB, "x").toString("latin1"), bytes: 4 * MB },
  "a memory of WebAssembly": {
    make: () => new WebAssembly.Memory({ initial: WASM_PAGES }),
    bytes: WASM_PAGES * 65_536,
  },
  "a shared memory of WebAssembly": {
    make: () => new WebAssembly.Memory({ initial: WASM_PAGES, maximum: WASM_PAGES, shared: true }),
    bytes: WASM_PAGES * 65_536,
  },
  "a SharedArrayBuffer": { make: () => new SharedArrayBuffer(5 * MB), bytes: 5 * MB },
};

/** Lengths of arrays of 48 B to 100 KB. */
export const SMALL_LENGTHS = [0, 1, 2, 5, 10, 30, 100, 300, 1000, 3000, 10_000, 12_000];

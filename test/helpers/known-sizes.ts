import { fileURLToPath } from "node:url";

/** A module whose marked lines make what can be computed. */
export const KNOWN = fileURLToPath(new URL("../fixtures/allocation/known-sizes.js", import.meta.url));
/** The cell that measures it. */
export const CODE =
  'import { measure } from "heapbook";\nimport { work } from "./known-sizes.js";\nmeasure(() => work());';
export const N = 1000;

/** Of x64 without pointer compression, as in sizes.test.ts. */
const elementsBytes = (length: number): number => 16 + 8 * length;
export const arrayBytes = (length: number): number => 32 + elementsBytes(length);
/** Beside a literal V8 writes a note on what becomes of it, until it is collected. */
const MEMENTO_BYTES = 16;
const HEAP_NUMBER_BYTES = 16;
/** Of one digit. */
const BIGINT_BYTES = 24;
const CLOSURE_BYTES = 56;

/** Capacities that an array takes as it is pushed to, one at a time. */
function pushCapacities(length: number): number[] {
  const all: number[] = [];
  for (let capacity = 0; capacity < length; ) {
    capacity = capacity + 1 + ((capacity + 1) >> 1) + 16;
    all.push(capacity);
  }
  return all;
}

/** Capacities of a table of V8's Map after the first, which holds 4 entries, up to one for `length`. */
function mapCapacities(length: number): number[] {
  const all: number[] = [];
  for (let capacity = 4; capacity < length; ) {
    capacity *= 2;
    all.push(capacity);
  }
  return all;
}
const mapTableBytes = (capacity: number): number => 40 + 28 * capacity;
export const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);
export const last = (sizes: readonly number[]): number => sizes.at(-1) ?? 0;

const pushes = pushCapacities(N).map(elementsBytes);
const tables = mapCapacities(N).map(mapTableBytes);

/** Bytes allocated, and bytes alive at the end, of each marked line. */
export const TRUTH: Readonly<Record<string, readonly [allocated: number, live: number]>> = {
  "[array]": [arrayBytes(N), arrayBytes(N)],
  "[elements]": [N * (arrayBytes(10) + MEMENTO_BYTES), N * arrayBytes(10)],
  "[object]": [N * (40 + MEMENTO_BYTES), N * 40],
  "[number]": [N * HEAP_NUMBER_BYTES, 0],
  "[dead]": [N * (arrayBytes(3) + MEMENTO_BYTES), 0],
  "[instance]": [N * 40, N * 40],
  "[concatenation]": [N * 32, 0],
  "[template]": [N * 64, 0],
  "[closure]": [N * CLOSURE_BYTES, N * CLOSURE_BYTES],
  "[push]": [sum(pushes), last(pushes)],
  "[slice]": [N * 80, 0],
  "[map]": [sum(tables), last(tables)],
  "[copy]": [arrayBytes(N), arrayBytes(N)],
  "[spread]": [arrayBytes(N), arrayBytes(N)],
  "[yield]": [N * 40, 0],
  "[read]": [N * HEAP_NUMBER_BYTES, 0],
  "[negative]": [N * BIGINT_BYTES, 0],
  "[product]": [N * BIGINT_BYTES, 0],
  "[folded]": [0, 0],
};

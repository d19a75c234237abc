/**
 * Things to measure, and what they weigh on x64 without pointer compression: V8's layout of an object, counted in words of
 * 8 bytes. Shared by the cells that make them and the cells that compare.
 */

/** `elements` of an array: map and length, then a word for each. */
const elementsBytes = (length: number): number => 16 + 8 * length;
/** An array: map, properties, elements and length, then its elements. */
export const arrayBytes = (length: number): number => 32 + elementsBytes(length);
/** An object made by a literal: map, properties, elements, then a word for each property. */
const objectBytes = (properties: number): number => 24 + 8 * properties;
/** A flat string of one-byte characters: map, hash and length, then its characters, rounded up to a word. */
const stringBytes = (length: number): number => 16 + Math.ceil(length / 8) * 8;
const HEAP_NUMBER_BYTES = 16;

const COUNT = 100_000;

function fill<T>(make: (i: number) => T): T[] {
  const all = new Array<T>(COUNT);
  for (let i = 0; i < COUNT; i++) all[i] = make(i);
  return all;
}

// Of its own: V8 learns at each `new Array` what it will hold, and only one that held nothing else holds bare doubles.
function fillWithDoubles(): number[] {
  const all = new Array<number>(1_000_000);
  for (let i = 0; i < 1_000_000; i++) all[i] = i + 0.5;
  return all;
}

const scratch = Buffer.alloc(37, "x");

export interface Thing {
  readonly make: () => unknown;
  readonly bytes: number;
}

export const THINGS: Readonly<Record<string, Thing>> = {
  nothing: { make: () => undefined, bytes: 0 },
  "100,000 arrays of two": { make: () => fill((i) => [i, i + 1]), bytes: arrayBytes(COUNT) + COUNT * arrayBytes(2) },
  "100,000 objects of three": {
    make: () => fill((i) => ({ x: i, y: i, z: i })),
    bytes: arrayBytes(COUNT) + COUNT * objectBytes(3),
  },
  "100,000 boxed doubles": {
    make: () => fill((i) => ({ x: i + 0.5 })),
    bytes: arrayBytes(COUNT) + COUNT * (objectBytes(1) + HEAP_NUMBER_BYTES),
  },
  "100,000 strings of 37": {
    make: () =>
      fill((i) => {
        scratch.writeUInt32LE(i);
        return scratch.toString("latin1");
      }),
    bytes: arrayBytes(COUNT) + COUNT * stringBytes(37),
  },
  "1,000,000 doubles": { make: fillWithDoubles, bytes: arrayBytes(1_000_000) },
  "100 arrays of 40 KB": {
    make: () => Array.from({ length: 100 }, () => new Array(5000).fill(1)),
    bytes: arrayBytes(100) + 100 * arrayBytes(5000),
  },
  "20 arrays of 240 KB": {
    make: () => Array.from({ length: 20 }, () => new Array(30_000).fill(1)),
    bytes: arrayBytes(20) + 20 * arrayBytes(30_000),
  },
  "a Float64Array of 8 MB": { make: () => new Float64Array(1_000_000), bytes: 8_000_000 },
};

export const TOOTH_ARRAYS = 120_000;
const SLOTS = 200_000;
/** What is alive in `sawtooth` when `atPeak` is called. */
export const TOOTH_BYTES = TOOTH_ARRAYS * arrayBytes(2) + arrayBytes(SLOTS);
/** Most that is alive in `sawtooth`: the next table is made while the last one is held. */
export const TOOTH_PEAK_BYTES = TOOTH_BYTES + arrayBytes(SLOTS);

/**
 * Memory that grows to `TOOTH_BYTES` and falls to nothing in the middle of the work, with four times as much garbage.
 * @param atPeak called when most is alive but the next table
 */
export function sawtooth(atPeak: () => void): number {
  let held: unknown[] = new Array(SLOTS);
  let count = 0;
  let garbage = 0;
  for (let i = 0; i < TOOTH_ARRAYS + 80_000; i++) {
    held[count++] = [i, i];
    for (let j = 0; j < 4; j++) garbage += [i, j].length;
    if (count === TOOTH_ARRAYS) {
      atPeak();
      garbage += held.length; // a value that is not used again is garbage to optimised code (Node 26), and would be missed
      held = new Array(SLOTS);
      count = 0;
    }
  }
  held = [];
  return garbage + held.length;
}

/** An array of two in code that is not optimised has a memento beside it, from which V8 learns what arrays hold. */
export const ALLOCATED_ARRAYS = 1_500_000;
export const ALLOCATED_BYTES = ALLOCATED_ARRAYS * (arrayBytes(2) + 16);
/** What the cell of the smallest heap holds. */
export const HELD_BYTES = 500_000 * arrayBytes(4);

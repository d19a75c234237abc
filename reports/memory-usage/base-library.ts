/**
 * The BaseLibrary of the 2021 writeup: random walks on the grid of a city, and what becomes of them.
 * A walk is a list of directions. A result is the walk and its distance, or null and the distance where walks are not saved.
 */
import { random } from "heapbook";

export type Direction = "N" | "E" | "S" | "W";
export type Walk = Direction[];
export type Position = readonly [east: number, north: number];
/** A walk and the distance from home at its end; null where the walk was not saved. */
export type Result = [walk: Walk | null, distance: number];
/** Results by the number of blocks walked. */
export type Results = Map<number, Result[]>;
/** By the number of blocks walked, how many walks ended at each distance: 0, 1, … up to that number. */
export type Counts = Map<number, Uint32Array>;

const DIRECTIONS: readonly Direction[] = ["N", "E", "S", "W"];
const STEPS: Readonly<Record<Direction, Position>> = { N: [0, 1], E: [1, 0], S: [0, -1], W: [-1, 0] };

/** The directions of a random walk of `blocks` blocks, each as likely as the others. */
export function* generateWalk(blocks: number): Generator<Direction, void> {
  for (let block = 0; block < blocks; block++) {
    yield DIRECTIONS[Math.floor(random() * DIRECTIONS.length)] as Direction;
  }
}

/** Where a walk ends that starts at home, [0, 0]. */
export function decodeWalk(walk: Iterable<Direction>): Position {
  let east = 0;
  let north = 0;
  for (const direction of walk) {
    const [x, y] = STEPS[direction];
    east += x;
    north += y;
  }
  return [east, north];
}

/** Blocks between home and a position, along streets (Manhattan distance). */
export function distanceOf([east, north]: Position): number {
  return Math.abs(east) + Math.abs(north);
}

function checkCount(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 1)
    throw new RangeError(`${name} must be a whole number from 1, not ${value}`);
}

/**
 * Walks `repetitions` times each number of blocks from 1 to `maxBlocks`, and saves every walk.
 * @throws RangeError if one of the two is not a whole number from 1
 */
export function monteCarloWalkAnalysis(maxBlocks: number, repetitions: number): Results {
  checkCount("maxBlocks", maxBlocks);
  checkCount("repetitions", repetitions);
  const results: Results = new Map();
  for (let blocks = 1; blocks <= maxBlocks; blocks++) {
    const saved: Result[] = [];
    for (let repetition = 0; repetition < repetitions; repetition++) {
      const walk = [...generateWalk(blocks)];
      saved.push([walk, distanceOf(decodeWalk(walk))]);
    }
    results.set(blocks, saved);
  }
  return results;
}

/**
 * The same, but each walk can be freed as soon as its distance is known.
 * @throws RangeError if one of the two is not a whole number from 1
 */
export function monteCarloWalk(maxBlocks: number, repetitions: number): Results {
  checkCount("maxBlocks", maxBlocks);
  checkCount("repetitions", repetitions);
  const results: Results = new Map();
  for (let blocks = 1; blocks <= maxBlocks; blocks++) {
    const distances: Result[] = [];
    for (let repetition = 0; repetition < repetitions; repetition++) {
      distances.push([null, distanceOf(decodeWalk(generateWalk(blocks)))]);
    }
    results.set(blocks, distances);
  }
  return results;
}

/**
 * The same again, but of all walks of a length only the numbers that ended at each distance are kept, in a typed array.
 * @throws RangeError if one of the two is not a whole number from 1
 */
export function monteCarloWalkCounts(maxBlocks: number, repetitions: number): Counts {
  checkCount("maxBlocks", maxBlocks);
  checkCount("repetitions", repetitions);
  const results: Counts = new Map();
  for (let blocks = 1; blocks <= maxBlocks; blocks++) {
    const counts = new Uint32Array(blocks + 1);
    for (let repetition = 0; repetition < repetitions; repetition++) {
      const distance = distanceOf(decodeWalk(generateWalk(blocks)));
      counts[distance] = (counts[distance] ?? 0) + 1;
    }
    results.set(blocks, counts);
  }
  return results;
}

/** The three ways of walking, by what they keep of the walks. */
export const WAYS = { saved: monteCarloWalkAnalysis, dropped: monteCarloWalk, counted: monteCarloWalkCounts } as const;

/** Lines whose allocations can be computed, for the engines that assign bytes to lines. The comments are read by the report. */
import { arrayBytes } from "./sizes.ts";

const COUNT = 20_000;
const MEMENTO_BYTES = 16;

export function work(): unknown {
  const kept: unknown[] = new Array(COUNT); // table
  let dropped: unknown;
  for (let i = 0; i < COUNT; i++) {
    kept[i] = { x: i, y: i }; // objects
    dropped = [i, i]; // arrays
    dropped = i + 0.5; // numbers
    if (i % 1000 === 0) dropped = new Float64Array(1000).fill(1).slice(0, 4); // typed arrays
  }
  return [kept, dropped];
}

/** Allocated and live bytes of each commented line but that of typed arrays, in code that is not optimised. */
export const LINES: readonly { readonly comment: string; readonly allocated: number; readonly live: number }[] = [
  { comment: "table", allocated: arrayBytes(COUNT), live: arrayBytes(COUNT) },
  { comment: "objects", allocated: COUNT * (40 + MEMENTO_BYTES), live: COUNT * 40 },
  { comment: "arrays", allocated: COUNT * (arrayBytes(2) + MEMENTO_BYTES), live: 0 },
  { comment: "numbers", allocated: COUNT * 16, live: 0 },
];

import { $hbmReadNew as readNewBytes } from "../meter/reading.ts";
import { collect } from "./live-bytes.ts";

/**
 * Bytes of a HeapNumber: map and double. V8 allocates no smaller object, so only HeapNumbers fill a page to its end.
 */
const HEAP_NUMBER_BYTES = 16;

/** Holds a string at first, so that V8 stores a number in this array as a heap object, in optimised code too. */
const holder: unknown[] = [""];

/**
 * Bytes that a page of the young generation holds. After a full collection, the first object makes V8 reserve one page.
 */
function readPageBytes(): number {
  collect();
  holder[0] = 0.5;
  return readNewBytes();
}

/** Bytes that V8 counts as used once it has reserved a page. */
export const pageBytes = readPageBytes();

/** Result of filling a page of the young generation. */
export interface FilledPage {
  /** Bytes of the page that were unused, but counted as used. */
  readonly unusedBytes: number;
  /** Bytes of the next page, which V8 reserved when the page was full and counts as used. 0 if V8 collected instead. */
  readonly nextBytes: number;
  /**
   * Whether V8 collected when the page was full. That collection's bytes in use are then those at the end of the
   * filling.
   */
  readonly collected: boolean;
}

/**
 * Fills the page of the young generation on which V8 allocates, to find how much of it was unused. With `--minor-ms`,
 * Node 20 and 21 count a whole page as used once V8 has reserved it. Needs `--expose-internals`.
 */
export function fillPage(): FilledPage {
  const before = readNewBytes();
  let numbers = 0;
  let after = before;
  while (after === before) {
    holder[0] = numbers + 0.5;
    numbers++;
    after = readNewBytes();
  }
  const collected = after < before;
  const nextBytes = collected ? 0 : after - before;
  // V8 frees a rest too small for a number when it reserves the next page, whose first object is the last number.
  const rest = collected ? 0 : (pageBytes - nextBytes) % HEAP_NUMBER_BYTES;
  return { unusedBytes: (numbers - 1) * HEAP_NUMBER_BYTES + rest, nextBytes, collected };
}

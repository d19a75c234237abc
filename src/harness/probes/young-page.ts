import { $hbmReadNew as readNewBytes } from "../meter/reading.ts";
import { collect } from "./live-bytes.ts";

/** Bytes of a HeapNumber: map and double. No object that V8 makes is smaller, so nothing but it fills a page to its end. */
const HEAP_NUMBER_BYTES = 16;

/** Holds a string, so that V8 stores a number in it as an object of its own, in optimised code too. */
const holder: unknown[] = [""];

/** Bytes that a page of the young generation holds: after a full collection the first object reserves one page. */
function readPageBytes(): number {
  collect();
  holder[0] = 0.5;
  return readNewBytes();
}

/** Bytes that V8 counts as used as soon as it has reserved a page. */
export const pageBytes = readPageBytes();

/** What there was to fill when the filling began. */
export interface FilledPage {
  /** Bytes that were unused, and are counted as used. */
  readonly unusedBytes: number;
  /** Bytes of the next page, which V8 reserved at the end of the filling and counts as used. 0 after a collection. */
  readonly nextBytes: number;
  /** Whether V8 collected when the page was full. The collection's bytes in use are then those at the end of the filling. */
  readonly collected: boolean;
}

/**
 * Fills the page of the young generation on which V8 allocates. With `--minor-ms`, Node 20 and 21 count the whole page as used once V8 has
 * reserved it. What could be filled in was unused. Needs `--expose-internals`.
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
  // A rest that holds no number is freed when V8 reserves the next page. The last number is that page's first object.
  const rest = collected ? 0 : (pageBytes - nextBytes) % HEAP_NUMBER_BYTES;
  return { unusedBytes: (numbers - 1) * HEAP_NUMBER_BYTES + rest, nextBytes, collected };
}

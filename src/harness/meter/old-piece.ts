import { $hbmReadOldSpace } from "./reading.ts";

/** Bytes of a Symbol without a description, which V8 allocates in old space: map, hash and flags, description. */
const SYMBOL_BYTES = 24;

/** Holds the last Symbol, so that the compiler cannot remove it. */
const filler: { value?: symbol } = {};

// In a typed array, so that filling allocates nothing but Symbols.
const filled = new Int32Array(2);
const SYMBOLS = 0;
const NEXT_BYTES = 1;

/** Allocates Symbols until the linear allocation area of old space is full and V8 takes the next one. Records the number of Symbols and the bytes of the new area. */
export function $hbmFillPiece(): void {
  let symbols = 0;
  const before = $hbmReadOldSpace();
  let after = before;
  while (after === before) {
    filler.value = Symbol();
    symbols++;
    after = $hbmReadOldSpace();
  }
  filled[SYMBOLS] = symbols - 1;
  // Both are modulo 2^32; so is the difference of typed-array elements.
  filled[NEXT_BYTES] = after - before;
}

/** What filling a piece of old space allocated, and what it left. */
export interface FilledPiece {
  /** Bytes of the piece that were unused before, and are full of Symbols now. */
  readonly unusedBytes: number;
  /** Bytes of all Symbols allocated to fill the piece, the last one included, which V8 put into the next piece. */
  readonly fillerBytes: number;
  /** Bytes of the next piece that are unused, but count as used. */
  readonly restBytes: number;
}

/**
 * Fills the piece of old space in which V8 allocates small objects. Node 20 and 21 count a piece of up to 256 KiB as used, whole, when V8 takes
 * it; what can be filled in was unused. Newer versions count objects, so that one Symbol is all there is to allocate.
 */
export function fillPiece(): FilledPiece {
  $hbmFillPiece();
  const unusedBytes = (filled[SYMBOLS] as number) * SYMBOL_BYTES;
  return {
    unusedBytes,
    fillerBytes: unusedBytes + SYMBOL_BYTES,
    restBytes: Math.max(0, (filled[NEXT_BYTES] as number) - SYMBOL_BYTES),
  };
}

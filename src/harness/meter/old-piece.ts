import { $hbmReadOldSpace } from "./reading.ts";

/** Bytes of a Symbol without a description (map, hash and flags, description). V8 allocates it in old space. */
const SYMBOL_BYTES = 24;

/** Holds the last Symbol, so that the compiler cannot remove its allocation. */
const filler: { value?: symbol } = {};

// A typed array, so that filling allocates nothing but Symbols.
const filled = new Int32Array(2);
const SYMBOLS = 0;
const NEXT_BYTES = 1;

/**
 * Allocates Symbols until V8's linear allocation area in old space (a "piece") is full and V8 takes the next one.
 * Records the number of Symbols and the bytes of the new piece.
 */
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
  // Both readings are modulo 2^32, and so is their difference in an Int32Array.
  filled[NEXT_BYTES] = after - before;
}

/** Bytes of a piece of old space that was filled, and of the piece that V8 took next. */
export interface FilledPiece {
  /** Bytes of the old piece that were unused before and are full of Symbols now. */
  readonly unusedBytes: number;
  /** Bytes of all Symbols allocated, including the last one, which is in the next piece. */
  readonly fillerBytes: number;
  /** Unused bytes of the next piece that V8 counts as used. */
  readonly restBytes: number;
}

/**
 * Fills the piece of old space in which V8 allocates small objects, to find how much of it was unused. Node 20 and 21
 * count a whole piece (up to 256 KiB) as used once V8 takes it. Newer versions count objects, so one Symbol is enough.
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

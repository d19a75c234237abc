import type { PeakPassInstructions } from "../../model/peak-pass.ts";

/** Places in the numbers of a region. They are kept in a typed array, for a field of an object would box each new one. */
const BASE = 0;
/** The largest live size found, or where the pass starts. */
const MAX = 1;
const TOLERANCE = 2;
/** The largest live size found by this pass. */
const LOW = 3;
/** The most bytes in use before a collection. */
const HIGH = 4;

/** Overshoots of a region that are kept. A pass that has more is left with its wider bound. */
const MOST_OVERSHOOTS = 200;
/** Ticks of an overshoot that are collected at in the next pass: the statement in question is the last. */
const LONGEST_OVERSHOOT = 32;

/** A region whose peak is looked for. Sizes in bytes; those of readings are of the whole heap, those inside are above the base. */
export class WatchedRegion {
  readonly index: number;
  readonly overshoots: (readonly [from: number, to: number])[] = [];
  readonly #numbers = new Float64Array(5);
  readonly #share: number;
  readonly #floorBytes: number;

  constructor(index: number, baseBytes: number, startBytes: number, { tolerance, floorBytes }: PeakPassInstructions) {
    this.index = index;
    this.#share = tolerance;
    this.#floorBytes = floorBytes;
    this.#numbers[BASE] = baseBytes;
    this.#raise(startBytes);
  }

  tolerance(): number {
    return this.#numbers[TOLERANCE] as number;
  }

  /** Bytes in use above which the region's live bytes may exceed the largest size found by more than the tolerance. */
  ceiling(): number {
    return (this.#numbers[BASE] as number) + (this.#numbers[MAX] as number) + (this.#numbers[TOLERANCE] as number);
  }

  /** @param bytes in use after a full collection */
  noteLive(bytes: number): void {
    const live = bytes - (this.#numbers[BASE] as number);
    if (live > (this.#numbers[LOW] as number)) this.#numbers[LOW] = live;
    if (live > (this.#numbers[MAX] as number)) this.#raise(live);
  }

  /** @param bytes in use before a collection, at the end of a stretch of ticks */
  noteUsed(bytes: number, from: number, to: number): void {
    this.widen(bytes - (this.#numbers[BASE] as number));
    const over = bytes - this.ceiling();
    if (over <= this.tolerance() / 4 || this.overshoots.length >= MOST_OVERSHOOTS) return;
    this.overshoots.push([Math.max(from, to - LONGEST_OVERSHOOT), to]);
  }

  /** @param bytes in use before a collection, above the base */
  widen(bytes: number): void {
    if (bytes > (this.#numbers[HIGH] as number)) this.#numbers[HIGH] = bytes;
  }

  interval(): { readonly lowBytes: number; readonly highBytes: number } {
    const lowBytes = this.#numbers[LOW] as number;
    return { lowBytes, highBytes: Math.max(lowBytes, this.#numbers[HIGH] as number) };
  }

  #raise(bytes: number): void {
    this.#numbers[MAX] = bytes;
    this.#numbers[TOLERANCE] = Math.max(this.#share * bytes, this.#floorBytes);
  }
}

import { FAR_PEAK, type PeakPassInstructions } from "../../model/peak-pass.ts";

/**
 * Indexes of `#numbers`, a typed array: assigning a double to a field of an object would allocate a heap number. All in
 * bytes.
 */
const BASE = 0;
/** Index in `#numbers`: the largest live size found, or `startBytes` of the pass. */
const MAX = 1;
const TOLERANCE = 2;
/** Index in `#numbers`: the largest live size found by this pass. */
const LOW = 3;
/** Index in `#numbers`: the most bytes in use before a collection. */
const HIGH = 4;

/** Most overshoots that a region keeps. A pass with more of them keeps its wider upper bound. */
const MOST_OVERSHOOTS = 1000;

/**
 * A region whose peak is searched. Sizes in bytes. Arguments named `bytes` are readings of the whole heap; stored sizes
 * are above the region's base.
 */
export class WatchedRegion {
  readonly index: number;
  /**
   * First and last tick of each overshoot. Allocated once, because arrays made during the region would be in its
   * readings.
   */
  readonly #stretches = new Int32Array(2 * MOST_OVERSHOOTS);
  #overshoots = 0;
  readonly #numbers = new Float64Array(5);
  readonly #share: number;
  #floorBytes: number;
  /** Live bytes above which the pass is far from the peak that earlier passes found. */
  readonly #nearBytes: number;

  /** Allocates all memory of the region before its base is read: memory allocated later would be in its readings. */
  constructor(index: number, { startBytes, tolerance, floorBytes }: PeakPassInstructions) {
    this.index = index;
    const start = startBytes[index];
    const { nearShare, nearFloors } = FAR_PEAK;
    this.#nearBytes =
      start === undefined ? Number.POSITIVE_INFINITY : (1 + nearShare) * start + nearFloors * floorBytes;
    this.#share = tolerance;
    this.#floorBytes = floorBytes;
    this.#raise(start ?? 0);
  }

  setBase(bytes: number): void {
    this.#numbers[BASE] = bytes;
  }

  /** @param bytes allocated by the harness for a region within this one */
  shiftBase(bytes: number): void {
    this.#numbers[BASE] = (this.#numbers[BASE] as number) + bytes;
  }

  /**
   * Lists stretches of ticks at whose end the bytes in use exceeded the ceiling by more than a quarter of the
   * tolerance.
   */
  listOvershoots(): (readonly [from: number, to: number])[] {
    return Array.from({ length: this.#overshoots }, (_, i) => [
      this.#stretches[2 * i] as number,
      this.#stretches[2 * i + 1] as number,
    ]);
  }

  tolerance(): number {
    return this.#numbers[TOLERANCE] as number;
  }

  /** Bytes in use above which the region's live bytes may exceed the largest known size by more than the tolerance. */
  ceiling(): number {
    return (this.#numbers[BASE] as number) + (this.#numbers[MAX] as number) + (this.#numbers[TOLERANCE] as number);
  }

  /**
   * @param bytes in use after a full collection
   * @returns whether they are more than the largest live size known, `startBytes` included
   */
  noteLive(bytes: number): boolean {
    const live = bytes - (this.#numbers[BASE] as number);
    if (live > (this.#numbers[LOW] as number)) this.#numbers[LOW] = live;
    if (live <= (this.#numbers[MAX] as number)) return false;
    this.#raise(live);
    return true;
  }

  /** The largest live size found by this pass, in bytes above the base. */
  largestLive(): number {
    return this.#numbers[LOW] as number;
  }

  /** @param bytes in use before a collection, at the end of the stretch of ticks from `from` to `to` */
  noteUsed(bytes: number, from: number, to: number): void {
    this.widenTo(bytes);
    const over = bytes - this.ceiling();
    if (over <= this.tolerance() / 4 || this.#overshoots >= MOST_OVERSHOOTS) return;
    this.#stretches[2 * this.#overshoots] = from;
    this.#stretches[2 * this.#overshoots + 1] = to;
    this.#overshoots++;
  }

  /** @param bytes in use before a collection */
  widenTo(bytes: number): void {
    const used = bytes - (this.#numbers[BASE] as number);
    if (used > (this.#numbers[HIGH] as number)) this.#numbers[HIGH] = used;
  }

  /** Doubles the smallest tolerance (`#floorBytes`), for the rest of the pass. */
  relax(): void {
    this.#floorBytes *= 2;
    this.#raise(this.#numbers[MAX] as number);
  }

  interval(): { readonly lowBytes: number; readonly highBytes: number } {
    const lowBytes = this.#numbers[LOW] as number;
    return { lowBytes, highBytes: Math.max(lowBytes, this.#numbers[HIGH] as number) };
  }

  #raise(bytes: number): void {
    this.#numbers[MAX] = bytes;
    const far = FAR_PEAK.share * (bytes - this.#nearBytes);
    this.#numbers[TOLERANCE] = Math.max(this.#share * bytes, this.#floorBytes, far);
  }
}

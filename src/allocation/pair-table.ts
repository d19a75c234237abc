const FIRST_CAPACITY = 1024;
/** The table grows when this share of its places is in use. */
const MOST_LOAD = 0.6;
/** Numbers of one place: the pair and its value. */
const WIDTH = 3;

/** Mixes the bits of a pair, so that similar pairs get distant places (multipliers of MurmurHash3, Appleby 2011). */
function hash(first: number, second: number): number {
  let mixed = Math.imul(first, 0xcc9e2d51) ^ Math.imul(second, 0x1b873593);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}

/**
 * Maps pairs of integers to integers: keys from 0, values from 1, all below 2^31. Takes 20 to 40 bytes a pair, a tenth of
 * a `Map` with strings as keys.
 */
export class PairTable {
  #places = new Int32Array(WIDTH * FIRST_CAPACITY);
  #mask = FIRST_CAPACITY - 1;
  #used = 0;

  get(first: number, second: number): number | undefined {
    const places = this.#places;
    for (let place = hash(first, second) & this.#mask; ; place = (place + 1) & this.#mask) {
      const at = WIDTH * place;
      const value = places[at + 2] as number;
      if (value === 0) return undefined;
      if (places[at] === first && places[at + 1] === second) return value;
    }
  }

  /** Adds a pair, which the table must not have yet, with its value. */
  set(first: number, second: number, value: number): void {
    if (this.#used >= MOST_LOAD * (this.#mask + 1)) this.#grow();
    this.#put(first, second, value);
    this.#used++;
  }

  #put(first: number, second: number, value: number): void {
    const places = this.#places;
    let place = hash(first, second) & this.#mask;
    while (places[WIDTH * place + 2] !== 0) place = (place + 1) & this.#mask;
    const at = WIDTH * place;
    places[at] = first;
    places[at + 1] = second;
    places[at + 2] = value;
  }

  #grow(): void {
    const old = this.#places;
    this.#places = new Int32Array(2 * old.length);
    this.#mask = 2 * (this.#mask + 1) - 1;
    for (let at = 0; at < old.length; at += WIDTH) {
      const value = old[at + 2] as number;
      if (value !== 0) this.#put(old[at] as number, old[at + 1] as number, value);
    }
  }
}

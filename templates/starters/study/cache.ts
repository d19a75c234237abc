/** A cache that forgets nothing. */
export class GrowingCache {
  readonly #entries = new Map<string, Buffer>();

  get(key: string, make: () => Buffer): Buffer {
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.#entries.set(key, made);
    return made;
  }
}

/** A cache that keeps the `size` entries used last. */
export class BoundedCache {
  readonly #entries = new Map<string, Buffer>();
  readonly #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  get(key: string, make: () => Buffer): Buffer {
    const value = this.#entries.get(key) ?? make();
    this.#entries.delete(key);
    this.#entries.set(key, value);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#size && oldest !== undefined) this.#entries.delete(oldest);
    return value;
  }
}

/** Answers requests, each for one of `keys` keys; `draw` gives numbers from 0 to 1. Returns the cache. */
export function serve(cache: GrowingCache | BoundedCache, requests: number, keys: number, draw: () => number): object {
  for (let i = 0; i < requests; i++) {
    const key = `key-${Math.floor(draw() * keys)}`;
    cache.get(key, () => Buffer.alloc(8192));
  }
  return cache;
}

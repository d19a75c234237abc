/** Numbers of one page. Small, so that a sparse list takes little more memory than its numbers. */
const PAGE_LENGTH = 1024;
const PAGE_BITS = 10;

/** A page of integers from 0 to below 2^32, or of any numbers. */
type Page = Uint32Array | Float64Array;

/**
 * A growing list of numbers in pages of typed arrays. A number takes 4 bytes, or 8 in a page with a number that is not an
 * integer from 0 to below 2^32. A page without numbers takes no memory, and growing copies nothing: the lists of a large
 * trace tree would otherwise take gigabytes.
 */
export class NumberList {
  readonly #pages: (Page | undefined)[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Returns the number at an index; 0 if none was set. */
  get(index: number): number {
    return this.#pages[index >>> PAGE_BITS]?.[index & (PAGE_LENGTH - 1)] ?? 0;
  }

  push(value: number): void {
    this.set(this.#length, value);
  }

  set(index: number, value: number): void {
    if (index >= this.#length) this.#length = index + 1;
    const at = index >>> PAGE_BITS;
    let page = this.#pages[at];
    if (page === undefined) {
      if (value === 0) return;
      // Fills the gap, because V8 reads arrays with holes more slowly.
      while (this.#pages.length <= at) this.#pages.push(undefined);
      page = new Uint32Array(PAGE_LENGTH);
      this.#pages[at] = page;
    }
    if (value >>> 0 !== value && page instanceof Uint32Array) {
      page = Float64Array.from(page);
      this.#pages[at] = page;
    }
    page[index & (PAGE_LENGTH - 1)] = value;
  }

  add(index: number, amount: number): void {
    this.set(index, this.get(index) + amount);
  }
}

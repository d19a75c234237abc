/** Numbers of one page: few enough that a list with numbers in some places takes little more than these. */
const PAGE_LENGTH = 1024;
const PAGE_BITS = 10;

type Page = Float64Array | Uint32Array;

/**
 * A growing list of numbers in pages of typed arrays: 8 bytes a number, or 4 for whole ones below 2^32. A page without numbers takes
 * nothing, and growing copies nothing: the lists of a large trace tree have gigabytes otherwise.
 */
export class NumberList {
  readonly #pages: (Page | undefined)[] = [];
  readonly #isWhole: boolean;
  #length = 0;

  /** @param kind `whole`: all numbers are whole, at least 0, and below 2^32 */
  constructor(kind: "any" | "whole" = "any") {
    this.#isWhole = kind === "whole";
  }

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
      // Without holes, which would make each access slower.
      while (this.#pages.length <= at) this.#pages.push(undefined);
      page = this.#isWhole ? new Uint32Array(PAGE_LENGTH) : new Float64Array(PAGE_LENGTH);
      this.#pages[at] = page;
    }
    page[index & (PAGE_LENGTH - 1)] = value;
  }

  add(index: number, amount: number): void {
    this.set(index, this.get(index) + amount);
  }
}

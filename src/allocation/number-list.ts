const FIRST_CAPACITY = 1024;

/** A growing list of numbers in a typed array: 8 bytes each, a tenth of what an array of objects takes. */
export class NumberList {
  #values = new Float64Array(FIRST_CAPACITY);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Returns the number at an index; 0 if none was set. */
  get(index: number): number {
    return this.#values[index] ?? 0;
  }

  push(value: number): void {
    this.set(this.#length, value);
  }

  set(index: number, value: number): void {
    if (index >= this.#values.length) {
      const grown = new Float64Array(Math.max(index + 1, this.#values.length * 2));
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[index] = value;
    this.#length = Math.max(this.#length, index + 1);
  }

  add(index: number, amount: number): void {
    this.set(index, this.get(index) + amount);
  }
}

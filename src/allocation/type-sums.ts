import type { TypedObjects, TypedSum } from "./object-types.ts";

/** Name of the memory blocks of ArrayBuffers. */
export const BLOCK_TYPE = "ArrayBuffer data";

/** Kinds of objects whose snapshot names are contents, as the summary of a heap snapshot shows them: `(string)`. */
const kindName = (kind: string): string => {
  if (kind === "concatenated string" || kind === "sliced string") return "(string)";
  return kind === "number" ? "(number)" : `(${kind})`;
};

/** More types than a program has: a sum has the number of its trace node and that of its type in one key. */
const MOST_TYPES = 2 ** 20;

/** Sums of objects by trace node and type. */
export class TypeSums {
  /** Number of each type, by the index of its name in the snapshot's strings or by its kind. */
  readonly #numbers = new Map<number | string, number>();
  readonly #sums = new Map<number, { bytes: number; objects: number }>();

  /** @param name index of the constructor's name, the kind of object, or `BLOCK_TYPE` */
  add(traceNode: number, name: number | string | undefined, bytes: number, objects = 1): void {
    const sum = this.#sumOf(traceNode, name ?? "");
    sum.bytes += bytes;
    sum.objects += objects;
  }

  /** All sums, with the names as they were added. */
  *named(): Generator<{ readonly traceNode: number; readonly name: number | string; bytes: number; objects: number }> {
    const names = [...this.#numbers.keys()];
    for (const [key, sum] of this.#sums) {
      yield { traceNode: Math.floor(key / MOST_TYPES), name: names[key % MOST_TYPES] ?? "", ...sum };
    }
  }

  nameIndices(): number[] {
    return [...this.#numbers.keys()].filter((name) => typeof name === "number");
  }

  finish(nameOf: (index: number) => string): TypedObjects {
    const names = [...this.#numbers.keys()].map((name) =>
      typeof name === "number" ? nameOf(name) : name === BLOCK_TYPE ? name : kindName(name),
    );
    const sums = [...this.#sums].map(
      ([key, sum]): TypedSum => ({ traceNode: Math.floor(key / MOST_TYPES), type: key % MOST_TYPES, ...sum }),
    );
    return { names, sums };
  }

  #sumOf(traceNode: number, name: number | string): { bytes: number; objects: number } {
    let type = this.#numbers.get(name);
    if (type === undefined) {
      type = this.#numbers.size;
      this.#numbers.set(name, type);
    }
    const key = traceNode * MOST_TYPES + type;
    const known = this.#sums.get(key);
    if (known !== undefined) return known;
    const sum = { bytes: 0, objects: 0 };
    this.#sums.set(key, sum);
    return sum;
  }
}

import type { TypedObjects, TypedSum } from "./object-types.ts";

/** Name of the type of ArrayBuffers' memory blocks. */
export const BLOCK_TYPE = "ArrayBuffer data";

/** Returns the type name for a kind of objects whose names in a snapshot are their contents, such as `(string)`. */
const kindName = (kind: string): string => {
  if (kind === "concatenated string" || kind === "sliced string") return "(string)";
  return kind === "number" ? "(number)" : `(${kind})`;
};

/** More than the number of types in a program. A sum's key is trace node × `MOST_TYPES` + number of the type. */
const MOST_TYPES = 2 ** 20;

/** Sums up objects by trace node and type. */
export class TypeSums {
  /** Number of each type. The key is the index of its name in the snapshot's strings, or its kind. */
  readonly #numbers = new Map<number | string, number>();
  readonly #sums = new Map<number, { bytes: number; objects: number }>();

  /** @param name index of the constructor's name in the snapshot's strings, the kind of object, or `BLOCK_TYPE` */
  add(traceNode: number, name: number | string | undefined, bytes: number, objects = 1): void {
    const sum = this.#sumOf(traceNode, name ?? "");
    sum.bytes += bytes;
    sum.objects += objects;
  }

  /** Yields all sums, with the names as they were added. */
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

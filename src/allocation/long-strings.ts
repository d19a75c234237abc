import { NumberList } from "./number-list.ts";

/** Shorter strings are not looked at: Node makes strings outside of V8's heap from 1 MiB on, and each one looked at costs 32 bytes. */
const LEAST_BYTES = 4096;

/** Names of V8's shapes of strings whose characters are outside of its heap; "String" alone is the two-byte one of older versions. */
const OUTSIDE = /^system \/ Map \((Uncached)?\w*External\w*String\)$/;

/** Size of such a string in V8's heap: shape, hash and length, address of the characters' owner, address of the characters. */
const HEAP_BYTES = 32;
/** Without the address of the characters. */
const UNCACHED_HEAP_BYTES = 24;

/** Characters of a string that are outside of V8's heap. */
export interface OutsideString {
  readonly traceNode: number;
  readonly bytes: number;
  /** Whether a character has 2 bytes. */
  readonly isWide: boolean;
}

/**
 * Finds the strings whose size in a heap snapshot has memory outside of V8's heap. From Node 24 on, V8 adds the characters to the size of the string;
 * before, the size is that in the heap. Such a string differs from others only in the name of its shape, to which the first edge of a
 * string leads.
 */
export class LongStrings {
  readonly #firstEdges = new NumberList();
  readonly #traceNodes = new NumberList();
  readonly #bytes = new NumberList();
  /** Places of the strings' shapes in the section `nodes`, as far as the edges were read. */
  readonly #shapeOf = new NumberList();
  #nextEdge = Number.POSITIVE_INFINITY;
  /** Indices of the names of shapes, by the shape's place. */
  readonly #shapes = new Map<number, number>();

  get isEmpty(): boolean {
    return this.#bytes.length === 0;
  }

  /** Adds a traced string, in the order of the snapshot. */
  add(firstEdge: number, traceNode: number, bytes: number): void {
    if (bytes < LEAST_BYTES) return;
    if (this.isEmpty) this.#nextEdge = firstEdge;
    this.#firstEdges.push(firstEdge);
    this.#traceNodes.push(traceNode);
    this.#bytes.push(bytes);
  }

  addShape(place: number, name: number): void {
    this.#shapes.set(place, name);
  }

  /** Takes an edge, in the order of the snapshot, after all strings and shapes. */
  takeEdge(edge: number, target: number): void {
    if (edge !== this.#nextEdge) return;
    this.#shapeOf.push(target);
    const next = this.#shapeOf.length;
    this.#nextEdge = next < this.#firstEdges.length ? this.#firstEdges.get(next) : Number.POSITIVE_INFINITY;
  }

  /** Indices of the names of the strings' shapes. */
  nameIndices(): Set<number> {
    const indices = new Set<number>();
    for (let i = 0; i < this.#shapeOf.length; i++) {
      const name = this.#shapes.get(this.#shapeOf.get(i));
      if (name !== undefined) indices.add(name);
    }
    return indices;
  }

  /** The strings outside of V8's heap. */
  *outside(nameOf: (index: number) => string): Generator<OutsideString> {
    for (let i = 0; i < this.#shapeOf.length; i++) {
      const name = nameOf(this.#shapes.get(this.#shapeOf.get(i)) ?? -1);
      const match = OUTSIDE.exec(name);
      if (match === null) continue;
      const inHeap = match[1] === undefined ? HEAP_BYTES : UNCACHED_HEAP_BYTES;
      yield {
        traceNode: this.#traceNodes.get(i),
        bytes: this.#bytes.get(i) - inHeap,
        isWide: !name.includes("OneByte"),
      };
    }
  }
}

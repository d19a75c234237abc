import { NumberList } from "./number-list.ts";

/**
 * Strings with fewer bytes are ignored: Node makes strings outside of V8's heap from 1 MiB on, and each string in the
 * list costs 32 bytes.
 */
const LEAST_BYTES = 4096;

/**
 * Matches V8's names for the shapes of strings whose characters are outside of its heap. Without `OneByte`, a character
 * has two bytes; older versions of V8 name that shape `String` alone.
 */
const OUTSIDE = /^system \/ Map \((Uncached)?\w*External\w*String\)$/;

/**
 * Bytes in V8's heap of a string with outside characters: shape, hash and length, address of the characters' owner,
 * address of the characters.
 */
const HEAP_BYTES = 32;
/** The same without the address of the characters (`Uncached`). */
const UNCACHED_HEAP_BYTES = 24;

/** Characters of one string that are outside of V8's heap. */
export interface OutsideString {
  readonly traceNode: number;
  readonly bytes: number;
  /** Whether a character has 2 bytes instead of 1. */
  readonly isWide: boolean;
}

/**
 * Finds strings whose size in a heap snapshot includes memory outside of V8's heap. From Node 24 on, V8 includes the
 * characters; before, the size is only that in the heap. Such a string differs from others only in the name of its
 * shape. The first edge of a string leads to its shape.
 */
export class LongStrings {
  readonly #firstEdges = new NumberList();
  readonly #traceNodes = new NumberList();
  readonly #bytes = new NumberList();
  /** Positions of the strings' shapes in the section `nodes`, for the strings whose edge has been read. */
  readonly #shapeOf = new NumberList();
  #nextEdge = Number.POSITIVE_INFINITY;
  /** Index of each shape's name, by position of the shape. */
  readonly #shapes = new Map<number, number>();

  get isEmpty(): boolean {
    return this.#bytes.length === 0;
  }

  /** Adds a traced string. Must be called in the order of the snapshot. */
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

  /** Reads an edge. Must be called in the order of the snapshot, after all strings and shapes. */
  takeEdge(edge: number, target: number): void {
    if (edge !== this.#nextEdge) return;
    this.#shapeOf.push(target);
    const next = this.#shapeOf.length;
    this.#nextEdge = next < this.#firstEdges.length ? this.#firstEdges.get(next) : Number.POSITIVE_INFINITY;
  }

  /** Returns the indices of the names of the strings' shapes. */
  nameIndices(): Set<number> {
    const indices = new Set<number>();
    for (let i = 0; i < this.#shapeOf.length; i++) {
      const name = this.#shapes.get(this.#shapeOf.get(i));
      if (name !== undefined) indices.add(name);
    }
    return indices;
  }

  /** Yields the strings whose characters are outside of V8's heap. */
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

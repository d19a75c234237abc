import type { Node } from "./nodes.ts";

/** Matches a mark: a number between two characters of Unicode's private use area. */
const MARK = /\uE000(\d+)\uE001/g;

/**
 * A place in the code of markers that comes from the source: copied code, or a parameter that represents an expression.
 */
export interface MarkedPlace {
  /** Offset in the code of the markers, without marks. */
  readonly at: number;
  /** Offset in the source. */
  readonly source: number;
  /** The expression that a parameter represents; undefined for copied code. */
  readonly node: Node | undefined;
}

/**
 * Records from where in the source the code of markers comes. While the code is written it contains marks, which
 * `takeOut()` removes at the end. The final code is the same with and without marks.
 */
export class Marks {
  readonly #places: { readonly offset: number; readonly node: Node | undefined }[] = [];
  /** The expression of each line marker, by the marker's name. */
  readonly markers = new Map<string, Node>();

  add(offset: number, node?: Node): string {
    return `\uE000${this.#places.push({ offset, node }) - 1}\uE001`;
  }

  /** Returns the code without marks, and the place of each mark in order. */
  takeOut(code: string): { readonly code: string; readonly places: readonly MarkedPlace[] } {
    const places: MarkedPlace[] = [];
    let removed = 0;
    const plain = code.replace(MARK, (mark, index: string, at: number) => {
      const place = this.#places[Number(index)];
      if (place !== undefined) places.push({ at: at - removed, source: place.offset, node: place.node });
      removed += mark.length;
      return "";
    });
    return { code: plain, places };
  }
}

/** Three ways of keeping `length` numbers. */

export function makeList(length: number): number[] {
  return Array.from({ length }, (_, i) => i * 1.5);
}

export interface Node {
  readonly value: number;
  readonly next: Node | null;
}

export function makeLinkedList(length: number): Node | null {
  let head: Node | null = null;
  for (let i = 0; i < length; i++) head = { value: i * 1.5, next: head };
  return head;
}

export function makeTypedArray(length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => i * 1.5);
}

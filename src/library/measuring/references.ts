import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeHeapSnapshot } from "node:v8";
import { readGraph, type SnapshotFile, strongReferences } from "./snapshot-graph.ts";

/** Holds the object while V8 writes the snapshot. The class name makes the holder easy to find in the snapshot. */
class HeapbookReferenceTarget {
  target: unknown;
  constructor(target: unknown) {
    this.target = target;
  }
}

function takeSnapshot(): SnapshotFile {
  const folder = mkdtempSync(join(tmpdir(), `heapbook-references-${process.pid}-0-`));
  try {
    const path = writeHeapSnapshot(join(folder, "references.heapsnapshot"));
    return JSON.parse(readFileSync(path, "utf8")) as SnapshotFile;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The number of strong references to an object, from a heap snapshot. V8 keeps no reference counts, so it writes its whole heap
 * to a file for each call. Each property, array element, map entry and local variable that holds the object counts once; WeakRef,
 * WeakMap and FinalizationRegistry do not count.
 *
 * Local variables are an approximation. A variable that a closure uses is in a context; any other is on the stack, among slots
 * for intermediate values that keep their last value, and the two kinds of slots cannot be distinguished. So all stack slots
 * count as one reference together, and as none if a context holds the object.
 * @throws TypeError for a value that is not an object or a function
 */
export function references(object: object): number {
  if ((typeof object !== "object" || object === null) && typeof object !== "function") {
    throw new TypeError(`references() needs an object, not ${object === null ? "null" : typeof object}`);
  }
  const holder = new HeapbookReferenceTarget(object);
  // Clears the argument's own stack slot, so that the stack holds the object only through the caller's variables.
  object = holder;
  const graph = readGraph(takeSnapshot());
  return strongReferences(graph, HeapbookReferenceTarget.name);
}

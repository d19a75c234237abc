import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeHeapSnapshot } from "node:v8";
import { readGraph, type SnapshotFile, strongReferences } from "./snapshot-graph.ts";

/** Holds the object while the snapshot is written, and is found in it by its name. */
class HeapbookReferenceTarget {
  target: unknown;
  constructor(target: unknown) {
    this.target = target;
  }
}

function takeSnapshot(): SnapshotFile {
  const folder = mkdtempSync(join(tmpdir(), "heapbook-"));
  try {
    const path = writeHeapSnapshot(join(folder, "references.heapsnapshot"));
    return JSON.parse(readFileSync(path, "utf8")) as SnapshotFile;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The number of strong references to an object, read from a heap snapshot: V8's nearest thing to a reference count.
 * Each property, array element, map entry and local variable that holds it counts once; WeakRef, WeakMap and
 * FinalizationRegistry do not. V8 does not count references: it writes its whole heap to a file to answer.
 *
 * A local variable lives in a context where a closure uses it, on the stack otherwise. Beside the variables, the stack has
 * slots for intermediate values, which hold what they held until they are used again, and nothing tells the two apart. So
 * all slots of the running functions count as one reference, and as none where a context holds the object already.
 * @throws TypeError for a value that is not an object, since only objects are referred to.
 */
export function references(object: object): number {
  if ((typeof object !== "object" || object === null) && typeof object !== "function") {
    throw new TypeError(`references() needs an object, not ${object === null ? "null" : typeof object}`);
  }
  const holder = new HeapbookReferenceTarget(object);
  // The argument's own slot on the stack is given up, so that only the caller's variables are seen there.
  object = holder;
  const graph = readGraph(takeSnapshot());
  return strongReferences(graph, HeapbookReferenceTarget.name);
}

import type { CollectionKind } from "../../model/collections.ts";

const KIND_BY_NAME: Readonly<Record<string, CollectionKind>> = {
  Scavenge: "scavenge",
  MinorMarkSweep: "minor-mark-sweep",
  MinorMarkCompact: "minor-mark-sweep",
  MarkSweepCompact: "mark-compact",
  IncrementalMarking: "incremental-marking",
  ProcessWeakCallbacks: "weak-callbacks",
};

/** The kind of a collection, from `gcType` of `v8.GCProfiler`. */
export function kindOf(gcType: string): CollectionKind {
  return KIND_BY_NAME[gcType] ?? "other";
}

/** Whether the event is a phase of a collection: a phase frees nothing by itself, but stops the main thread. */
export function isPhase(kind: CollectionKind): boolean {
  return kind === "incremental-marking" || kind === "weak-callbacks";
}

/** Whether the collection is of the whole heap. */
export function isMajor(kind: CollectionKind): boolean {
  return kind === "mark-compact";
}

import type { CollectionKind } from "../../model/collections.ts";

const KIND_BY_NAME: Readonly<Record<string, CollectionKind>> = {
  Scavenge: "scavenge",
  MinorMarkSweep: "minor-mark-sweep",
  MinorMarkCompact: "minor-mark-sweep",
  MarkSweepCompact: "mark-compact",
  IncrementalMarking: "incremental-marking",
  ProcessWeakCallbacks: "weak-callbacks",
};

/** Converts `gcType` of `v8.GCProfiler` to the kind of a collection. */
export function kindOf(gcType: string): CollectionKind {
  return KIND_BY_NAME[gcType] ?? "other";
}

/** Whether the event is only a phase of a collection. A phase stops the main thread but frees nothing. */
export function isPhase(kind: CollectionKind): boolean {
  return kind === "incremental-marking" || kind === "weak-callbacks";
}

/** Whether the collection covers the whole heap. */
export function isMajor(kind: CollectionKind): boolean {
  return kind === "mark-compact";
}

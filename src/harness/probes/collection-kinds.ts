import type { CollectionKind } from "../../model/collections.ts";

const KIND_BY_NAME: Readonly<Record<string, CollectionKind>> = {
  Scavenge: "scavenge",
  MinorMarkSweep: "minor-mark-sweep",
  MinorMarkCompact: "minor-mark-sweep",
  MarkSweepCompact: "mark-compact",
  IncrementalMarking: "incremental-marking",
  ProcessWeakCallbacks: "weak-callbacks",
};

/** The kind of a collection, by what `v8.GCProfiler` calls it. */
export function kindOf(gcType: string): CollectionKind {
  return KIND_BY_NAME[gcType] ?? "other";
}

/** Phases of a collection rather than collections: they free nothing by themselves, but the main thread stands still. */
export function isPhase(kind: CollectionKind): boolean {
  return kind === "incremental-marking" || kind === "weak-callbacks";
}

/** Whether it is of the whole heap. */
export function isMajor(kind: CollectionKind): boolean {
  return kind === "mark-compact";
}

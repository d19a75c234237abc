/** Garbage collections, readings of the heap, and V8's limits, as a measured process reports them. */

/** Kind of a collection, or of a phase of a collection (`incremental-marking`, `weak-callbacks`). */
export type CollectionKind =
  | "scavenge"
  | "minor-mark-sweep"
  | "mark-compact"
  | "incremental-marking"
  | "weak-callbacks"
  | "other";

/** One garbage collection. */
export interface Collection {
  readonly region: string;
  readonly kind: CollectionKind;
  /** Start, in ms since the start of the region; null if V8's two reports of the collection disagree on the time. */
  readonly timeMs: number | null;
  readonly pauseMs: number;
  readonly usedBeforeBytes: number;
  readonly usedAfterBytes: number;
  /** Used bytes per space (`new_space`, `old_space`, …). */
  readonly spacesBeforeBytes: Readonly<Record<string, number>>;
  readonly spacesAfterBytes: Readonly<Record<string, number>>;
}

/** A step of incremental marking: the main thread stands still for a part of the marking of a full collection. */
export interface MarkingStep {
  readonly region: string;
  /** Start, in ms since the start of the region. */
  readonly timeMs: number;
  readonly pauseMs: number;
}

/** The used heap at one moment, garbage included. */
export interface HeapReading {
  readonly usedBytes: number;
  /** Used bytes per space (`new_space`, `old_space`, …). */
  readonly spacesBytes: Readonly<Record<string, number>>;
}

/** The heap at both ends of a region, read by the probe `gc`. */
export interface RegionHeap {
  readonly region: string;
  /** The end, in ms since the start of the region. */
  readonly endMs: number;
  readonly start: HeapReading;
  readonly end: HeapReading;
}

/** A reading of live bytes after forced collections, by the probe `peak`. */
export interface Checkpoint {
  readonly region: string;
  readonly name: string;
  /** Used heap plus ArrayBuffers minus the bytes in use at the start of the region, in bytes. */
  readonly liveBytes: number;
  /** Time of the reading, in ms since the start of the region. */
  readonly timeMs: number;
}

/** V8's memory limits, as the process reports them at its start. The flags alone do not determine these limits. */
export interface EffectiveLimits {
  /** `heap_size_limit` of V8: limit of the old generation plus three semi-spaces, in bytes. */
  readonly heapSizeLimitBytes: number;
  /** Size of a semi-space of the young generation at the start of the process, in bytes; it grows from there. */
  readonly semiSpaceStartBytes: number;
}

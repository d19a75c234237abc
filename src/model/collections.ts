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
  /** Start, in ms since the start of the region; null where V8's two reports could not be joined. */
  readonly timeMs: number | null;
  readonly pauseMs: number;
  readonly usedBeforeBytes: number;
  readonly usedAfterBytes: number;
  /** Used bytes per space (`new_space`, `old_space`, …). */
  readonly spacesBeforeBytes: Readonly<Record<string, number>>;
  readonly spacesAfterBytes: Readonly<Record<string, number>>;
}

/** The used heap at one moment, garbage included. */
export interface HeapReading {
  readonly usedBytes: number;
  /** Used bytes per space (`new_space`, `old_space`, …). */
  readonly spacesBytes: Readonly<Record<string, number>>;
}

/** The heap at both ends of a region, as the probe `gc` finds it. */
export interface RegionHeap {
  readonly region: string;
  /** The end, in ms since the start of the region. */
  readonly endMs: number;
  readonly start: HeapReading;
  readonly end: HeapReading;
}

/** A reading of live bytes after forced collections. */
export interface Checkpoint {
  readonly region: string;
  readonly name: string;
  /** Used heap plus ArrayBuffers, less the settled base of the region. */
  readonly liveBytes: number;
  /** Since the start of the region, in ms. */
  readonly timeMs: number;
}

/** Limits that V8 really runs with, which flags alone do not tell. */
export interface EffectiveLimits {
  /** `heap_size_limit`: the old generation's limit and three semi-spaces. */
  readonly heapSizeLimitBytes: number;
  /** What a semi-space of the young generation held at the start; it grows from there. */
  readonly semiSpaceStartBytes: number;
}

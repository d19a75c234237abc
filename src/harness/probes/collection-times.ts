import type { CollectionKind } from "../../model/collections.ts";

/** A `gc` performance entry, as far as it tells which collection it is. */
export interface TimedEntry {
  readonly kind: CollectionKind;
  /** In ms, on the clock of `performance.now()`. */
  readonly startMs: number;
}

export interface TimeWindow {
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * When each collection of a region began, in ms since the region's start.
 *
 * GCProfiler tells sizes but not when; the performance entries tell when but not sizes. Both are written by the same
 * prologue and epilogue of a collection, so within a region the two sequences are the same, kind for kind. Where they are
 * not (an entry was lost, or one came too many), all times of the region are unknown (null) rather than guessed: one that is
 * off by a collection would look like any other.
 *
 * @param kinds the region's collections, in the order in which they were
 * @param entries entries of the whole process, in any order
 */
export function joinTimes(
  kinds: readonly CollectionKind[],
  entries: readonly TimedEntry[],
  { startMs, endMs }: TimeWindow,
): readonly (number | null)[] {
  const within = entries
    .filter((entry) => entry.startMs >= startMs && entry.startMs <= endMs)
    .sort((a, b) => a.startMs - b.startMs);
  const agree = within.length === kinds.length && kinds.every((kind, i) => within[i]?.kind === kind);
  return kinds.map((_, i) => {
    const entry = within[i];
    return agree && entry !== undefined ? entry.startMs - startMs : null;
  });
}

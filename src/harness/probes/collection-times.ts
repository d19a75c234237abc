import type { CollectionKind } from "../../model/collections.ts";

/** Kind and start of a collection, from a `gc` performance entry. */
export interface TimedEntry {
  readonly kind: CollectionKind;
  /** Milliseconds on the clock of `performance.now()`. */
  readonly startMs: number;
}

export interface TimeWindow {
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * Start of each collection of a region, in ms since the region's start; null if unknown.
 *
 * `GCProfiler` reports sizes without times; performance entries report times without sizes. V8 writes both at the start
 * and end of a collection, so in a region both list the same kinds in the same order. If they differ (an entry is lost,
 * or there is one too many), all times are null: a time of the wrong collection would look plausible.
 *
 * @param kinds kinds of the region's collections, in order
 * @param entries performance entries of the whole process, in any order
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

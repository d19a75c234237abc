import { greatest, max } from "d3-array";
import type { Collection, HeapReading } from "../../model/collections.ts";
import type { CollectedRun } from "../../model/ready-charts.ts";

/** Whether all collections of every run have times. If not, all runs are drawn against the number of the collection. */
export function hasTimes(runs: readonly CollectedRun[]): boolean {
  return runs.every(
    (run) => run.collections.length === 0 || run.collections.some((collection) => collection.timeMs !== null),
  );
}

/**
 * Times of all collections, ms. A time that V8 did not report is halfway between the time before it (reported or
 * interpolated) and the next reported one.
 */
function fillTimes(collections: readonly Collection[]): readonly number[] {
  const times: number[] = [];
  for (const [index, collection] of collections.entries()) {
    if (collection.timeMs !== null) {
      times.push(collection.timeMs);
      continue;
    }
    const before = times.at(-1) ?? 0;
    const after = collections.find((later, place) => place > index && later.timeMs !== null)?.timeMs ?? before;
    times.push((before + after) / 2);
  }
  return times;
}

/** Begin and end of each collection on the x axis: in ms; if `timed` is false, both are its number. */
export function collectionEnds(run: CollectedRun, timed: boolean): readonly (readonly [number, number])[] {
  if (!timed) return run.collections.map((_, index) => [index + 1, index + 1]);
  const times = fillTimes(run.collections);
  return run.collections.map((collection, index) => {
    const start = times[index] ?? 0;
    return [Number(start.toFixed(3)), Number((start + collection.pauseMs).toFixed(3))];
  });
}

/** The used heap at the begin or end of a region, or of a collection in the region. */
export interface HeapMoment extends HeapReading {
  /** Place on the x axis: ms, or the number of the collection; see `collectionEnds`. */
  readonly x: number;
  readonly event: "start" | "before" | "after" | "end";
  /** Index of the collection; absent at the ends of the region. */
  readonly collection?: number;
}

/**
 * Lists the moments at which the used heap of a run is known, in order of time: before and after each collection, and
 * at both ends of the region if known. Without times the region begins at 0 and collections follow at 1, 2, ….
 */
export function heapMoments({ series, collections, heap }: CollectedRun, timed: boolean): readonly HeapMoment[] {
  const ends = collectionEnds({ series, collections }, timed);
  const within = collections.flatMap((one, collection): HeapMoment[] => {
    const [start, end] = ends[collection] ?? [0, 0];
    return [
      { x: start, event: "before", collection, usedBytes: one.usedBeforeBytes, spacesBytes: one.spacesBeforeBytes },
      { x: end, event: "after", collection, usedBytes: one.usedAfterBytes, spacesBytes: one.spacesAfterBytes },
    ];
  });
  if (heap === undefined) return within;
  const last = timed ? Math.max(heap.endMs, max(ends, ([, end]) => end) ?? 0) : collections.length + 1;
  return [
    { x: 0, event: "start", ...heap.start },
    ...within,
    { x: Number(last.toFixed(3)), event: "end", ...heap.end },
  ];
}

/** The first moment with the most used bytes; undefined without moments. */
export function highestMoment(moments: readonly HeapMoment[]): HeapMoment | undefined {
  return greatest(moments, ({ usedBytes }) => usedBytes);
}

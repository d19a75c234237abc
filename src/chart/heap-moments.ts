import type { Collection } from "../harness/protocol.ts";

/** What the collections of one region drew: all runs of a chart of the heap have this form. */
export interface CollectedRun {
  readonly series: string;
  readonly collections: readonly Collection[];
}

/** Whether every run has times: otherwise all are drawn against the number of the collection. */
export function hasTimes(runs: readonly CollectedRun[]): boolean {
  return runs.every(
    (run) => run.collections.length === 0 || run.collections.some((collection) => collection.timeMs !== null),
  );
}

/** Times of all collections; one that V8 did not give stands halfway to its next known neighbours. */
export function fillTimes(collections: readonly Collection[]): readonly number[] {
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

/** Where each collection begins and ends on the x axis: in ms, or at its number where there are no times. */
export function collectionEnds(run: CollectedRun, timed: boolean): readonly (readonly [number, number])[] {
  if (!timed) return run.collections.map((_, index) => [index + 1, index + 1]);
  const times = fillTimes(run.collections);
  return run.collections.map((collection, index) => {
    const start = times[index] ?? 0;
    return [Number(start.toFixed(3)), Number((start + collection.pauseMs).toFixed(3))];
  });
}

/** Of the moments in one column of pixels only the first, last, lowest and highest can be seen (M4: Jugel and others, 2014). */
export function thinMoments<Moment extends { readonly x: number; readonly heap: number }>(
  moments: readonly Moment[],
  columns: number,
): readonly Moment[] {
  if (moments.length <= columns * 4) return moments;
  const last = moments.at(-1)?.x ?? 1;
  const byColumn = new Map<number, Moment[]>();
  for (const moment of moments) {
    const column = Math.floor((moment.x / last) * columns);
    const group = byColumn.get(column);
    if (group === undefined) byColumn.set(column, [moment]);
    else group.push(moment);
  }
  return [...byColumn.values()].flatMap((group) => {
    const lowest = group.reduce((a, b) => (b.heap < a.heap ? b : a));
    const highest = group.reduce((a, b) => (b.heap > a.heap ? b : a));
    const kept = new Set([group[0], lowest, highest, group.at(-1)]);
    return group.filter((moment) => kept.has(moment));
  });
}

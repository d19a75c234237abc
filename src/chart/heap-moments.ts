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

interface Point {
  readonly x: number;
  readonly heap: number;
}

/** Of the moments in one column of pixels only the first, last, lowest and highest can be seen (M4: Jugel and others, 2014). */
export function thinMoments<Moment extends Point>(moments: readonly Moment[], columns: number): readonly Moment[] {
  if (moments.length <= columns * 4) return moments;
  return byColumn(moments, columns).flatMap((group) =>
    keepOf(group, [group[0], lowestOf(group), highestOf(group), group.at(-1)]),
  );
}

/**
 * The lowest and highest moment of each column: the band within which the heap swung. Half as many points as a line needs,
 * for stacks, which draw each several times over.
 */
export function thinToBand<Moment extends Point>(moments: readonly Moment[], columns: number): readonly Moment[] {
  if (moments.length <= columns * 2) return moments;
  const last = moments.length - 1;
  return byColumn(moments, columns).flatMap((group) =>
    // The stack begins and ends where the moments do.
    keepOf(group, [
      lowestOf(group),
      highestOf(group),
      ...group.filter((one) => one === moments[0] || one === moments[last]),
    ]),
  );
}

function keepOf<Moment>(group: readonly Moment[], wanted: readonly (Moment | undefined)[]): readonly Moment[] {
  const kept = new Set(wanted);
  return group.filter((moment) => kept.has(moment));
}

const lowestOf = <Moment extends Point>(group: readonly Moment[]): Moment | undefined =>
  group.reduce<Moment | undefined>((a, b) => (a === undefined || b.heap < a.heap ? b : a), undefined);
const highestOf = <Moment extends Point>(group: readonly Moment[]): Moment | undefined =>
  group.reduce<Moment | undefined>((a, b) => (a === undefined || b.heap > a.heap ? b : a), undefined);

function byColumn<Moment extends Point>(moments: readonly Moment[], columns: number): readonly (readonly Moment[])[] {
  const last = moments.at(-1)?.x ?? 1;
  const groups = new Map<number, Moment[]>();
  for (const moment of moments) {
    const column = Math.floor((moment.x / last) * columns);
    const group = groups.get(column);
    if (group === undefined) groups.set(column, [moment]);
    else group.push(moment);
  }
  return [...groups.values()];
}

import { formatNumber } from "../../analysis/format.ts";
import type { Collection, HeapReading } from "../../model/collections.ts";
import type { CollectedRun } from "../../model/ready-charts.ts";
import { linearScale, type Scale } from "../layout/scale.ts";
import type { ChartData } from "../types.ts";

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

/** The used heap at one end of a region, or of a collection in it. */
export interface HeapMoment extends HeapReading {
  /** Place on the x axis, as of `collectionEnds`. */
  readonly x: number;
  readonly event: "start" | "before" | "after" | "end";
  /** Index of the collection; undefined at the ends of the region. */
  readonly collection?: number;
}

/**
 * The used heap falls at a collection and grows until the next: both ends of each, between those of the region where these are
 * known. Against the number of the collection a region begins at 0.
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
  const last = timed ? ends.reduce((most, [, end]) => Math.max(most, end), heap.endMs) : collections.length + 1;
  return [
    { x: 0, event: "start", ...heap.start },
    ...within,
    { x: Number(last.toFixed(3)), event: "end", ...heap.end },
  ];
}

/** The x axis of heaps, with at most so many ticks: time from 0 on, or the numbers of collections. */
export function heapScale(moments: readonly HeapMoment[], timed: boolean, maximumTicks: number): Scale {
  const scale = linearScale([timed ? 0 : 1, ...moments.map(({ x }) => x)], { zero: timed, maximumTicks, nice: false });
  if (timed) return scale;
  const numbers = new Set(moments.flatMap(({ x, collection }) => (collection === undefined ? [] : [x])));
  return { ...scale, ticks: scale.ticks.filter((tick) => numbers.has(tick)) };
}

/** The first columns of the tables under these charts. @param several whether there are series to tell apart */
export function collectionColumns(several: boolean): ChartData["columns"] {
  return [
    ...(several ? [{ key: "series", title: "series", numeric: false }] : []),
    { key: "collection", title: "collection", numeric: true },
    { key: "kind", title: "kind", numeric: false },
    { key: "timeMs", title: "time since start, ms", numeric: true },
  ];
}

/** Title of that axis. */
export const heapAxisTitle = (timed: boolean): string => (timed ? "time since start, ms" : "collection");

/** The moment of the most used bytes; undefined where there is none. */
export function highestMoment(moments: readonly HeapMoment[]): HeapMoment | undefined {
  return moments.reduce<HeapMoment | undefined>(
    (most, one) => (most === undefined || one.usedBytes > most.usedBytes ? one : most),
    undefined,
  );
}

/** When the moment was, for a sentence: ` after 12 ms`; nothing where times are not known. */
export function momentText(run: CollectedRun, x: number): string {
  return hasTimes([run]) ? ` after ${formatNumber(Math.round(x))}\u00a0ms` : "";
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

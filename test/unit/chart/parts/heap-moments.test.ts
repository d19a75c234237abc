import { expect, test } from "vitest";
import { heapAxisTitle, heapScale } from "../../../../src/chart/parts/heap-axis.ts";
import { collectionEnds, hasTimes, heapMoments } from "../../../../src/chart/parts/heap-moments.ts";
import type { Collection, CollectionKind } from "../../../../src/model/collections.ts";
import { collectionsOf, regionHeapOf } from "../sample-charts.ts";

function collection(timeMs: number | null, kind: CollectionKind = "scavenge"): Collection {
  return {
    region: "",
    kind,
    timeMs,
    pauseMs: 2,
    usedBeforeBytes: 9,
    usedAfterBytes: 3,
    spacesBeforeBytes: {},
    spacesAfterBytes: {},
  };
}

const run = (...collections: readonly Collection[]) => ({ series: "saved", collections });

test("a time that V8 did not report is halfway between its neighbours", () => {
  const gaps = run(...[10, null, 20, null, null].map((time) => collection(time)));
  expect(collectionEnds(gaps, true).map(([start]) => start)).toEqual([10, 15, 20, 20, 20]);
  expect(collectionEnds(run(collection(10.12345)), true)).toEqual([[10.123, 12.123]]);
});

test("collections without times are placed by number", () => {
  const untimed = run(collection(null), collection(null));
  expect(hasTimes([run(), untimed])).toBe(false);
  expect(hasTimes([run(), run(collection(null), collection(3))])).toBe(true);
  expect(collectionEnds(untimed, false)).toEqual([
    [1, 1],
    [2, 2],
  ]);
});

test("the ends of a region are before the first collection and after the last", () => {
  const collections = collectionsOf(3);
  const last = collections.at(-1);
  const lastMs = (last?.timeMs ?? 0) + (last?.pauseMs ?? 0);
  const moments = heapMoments({ series: "", collections, heap: regionHeapOf(lastMs - 1, 9) }, true);
  expect(moments.map(({ event }) => event)).toEqual([
    "start",
    ...collections.flatMap(() => ["before", "after"]),
    "end",
  ]);
  const places = moments.map(({ x }) => x);
  expect([places[0], places.at(-1)]).toEqual([0, Math.max(...places)]);
  expect(heapMoments({ series: "", collections }, true)).toEqual(moments.slice(1, -1));
});

test("a region without times begins at 0, and only its collections have ticks", () => {
  const run = { series: "", collections: collectionsOf(3, 7, { timed: false }), heap: regionHeapOf(9, 9) };
  const moments = heapMoments(run, false);
  expect(moments.map(({ x }) => x)).toEqual([0, 1, 1, 2, 2, 3, 3, 4]);
  expect(heapScale(moments, false, 9)).toMatchObject({ domain: [0, 4], ticks: [1, 2, 3] });
  expect(heapAxisTitle(false)).toBe("collection");
});

import { expect, test } from "vitest";
import { linearScale } from "../../../../src/chart/layout/scale.ts";
import { collectionLanes } from "../../../../src/chart/parts/collection-lanes.ts";
import {
  collectionEnds,
  fillTimes,
  hasTimes,
  thinMoments,
  thinToBand,
} from "../../../../src/chart/parts/heap-moments.ts";
import type { Collection, CollectionKind } from "../../../../src/model/collections.ts";

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

test("times that V8 did not give stand between their neighbours", () => {
  expect(fillTimes([10, null, 20, null, null].map((time) => collection(time)))).toEqual([10, 15, 20, 20, 20]);
  expect(collectionEnds(run(collection(10.12345)), true)).toEqual([[10.123, 12.123]]);
});

test("without any time, collections are drawn by their number", () => {
  const untimed = run(collection(null), collection(null));
  expect(hasTimes([run(), untimed])).toBe(false);
  expect(hasTimes([run(), run(collection(null), collection(3))])).toBe(true);
  expect(collectionEnds(untimed, false)).toEqual([
    [1, 1],
    [2, 2],
  ]);
});

test("thinning keeps the first, last, lowest and highest of each column", () => {
  const moments = Array.from({ length: 1000 }, (_, x) => ({ x, heap: x === 503 ? 99 : x === 507 ? -99 : 1 }));
  const kept = thinMoments(moments, 10);
  expect(kept.length).toBeLessThanOrEqual(44);
  expect(kept).toEqual(expect.arrayContaining([moments[0], moments[503], moments[507], moments[999]]));
  expect(kept.map(({ x }) => x)).toEqual(kept.map(({ x }) => x).sort((a, b) => a - b));
});

test("a band keeps the lowest and highest of each column, and both ends", () => {
  const moments = Array.from({ length: 1000 }, (_, x) => ({
    x,
    heap: x === 503 ? 99 : x === 507 ? -99 : (x * 7) % 13,
  }));
  const kept = thinToBand(moments, 10);
  expect(kept.length).toBeLessThanOrEqual(24);
  expect(kept).toEqual(expect.arrayContaining([moments[0], moments[503], moments[507], moments[999]]));
  expect(thinToBand(moments.slice(0, 20), 10)).toHaveLength(20);
});

test("minor and major collections have a lane each, phases of a collection none; neighbours join into a band", () => {
  const runs = [
    run(
      collection(0),
      collection(50, "minor-mark-sweep"),
      collection(50.5),
      collection(51),
      collection(60, "incremental-marking"),
      collection(70, "weak-callbacks"),
      collection(80, "mark-compact"),
    ),
  ];
  const xScale = linearScale([0, 100], { zero: true, maximumTicks: 5, nice: false });
  const request = { runs, timed: true, xScale, plotWidthPx: 200, plotHeightPx: 100 };
  const [ticks, bands] = collectionLanes(request, {}, {}) as {
    data: { values: { x: number; x2?: number; from: number }[] };
  }[];
  expect(ticks?.data.values.map(({ x }) => x)).toEqual([0, 80]);
  expect(bands?.data.values.map(({ x, x2 }) => [x, x2])).toEqual([[50, 51]]);
  const [minor, major] = ticks?.data.values.map(({ from }) => from) ?? [];
  expect(major).toBeGreaterThan(minor ?? Number.NaN);
});

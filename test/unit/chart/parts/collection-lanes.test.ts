import { expect, test } from "vitest";
import { linearScale } from "../../../../src/chart/layout/scale.ts";
import { collectionLanes } from "../../../../src/chart/parts/collection-lanes.ts";
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

test("minor and major collections have a lane each, phases have none, and neighbours merge into a band", () => {
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
  const request = { runs, timed: true, xScale, plot: { plotWidthPx: 200, plotHeightPx: 100 } };
  const [ticks, bands] = collectionLanes(request, {}, {}) as {
    data: { values: { x: number; x2?: number; from: number }[] };
  }[];
  expect(ticks?.data.values.map(({ x }) => x)).toEqual([0, 80]);
  expect(bands?.data.values.map(({ x, x2 }) => [x, x2])).toEqual([[50, 51]]);
  const [minor, major] = ticks?.data.values.map(({ from }) => from) ?? [];
  expect(major).toBeGreaterThan(minor ?? Number.NaN);
});

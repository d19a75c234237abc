import { expect, test } from "vitest";
import { labelBox } from "../../../../src/chart/layout/label-placement.ts";
import { layOutKey } from "../../../../src/chart/layout/point-key.ts";

test("a key has columns inside the drawing", () => {
  const { labels, heightPx } = layOutKey(["1 a", "2 b", "3 c"], { widthPx: 300, leftPx: 40, topY: 100 });
  expect(new Set(labels.map(({ y }) => y)).size).toBe(1);
  expect(labels.map(({ x }) => x)[0]).toBe(-40);
  expect(labels.every((one) => labelBox(one).right <= 260)).toBe(true);
  expect(heightPx).toBeGreaterThan(14);
  expect(layOutKey([], { widthPx: 300, leftPx: 40, topY: 100 })).toEqual({ labels: [], heightPx: 0 });
});

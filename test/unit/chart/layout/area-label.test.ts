import { expect, test } from "vitest";
import { placeInArea } from "../../../../src/chart/layout/area-label.ts";

test("the name of an area stands where the area is thickest, and is absent where no line of text fits", () => {
  const lower = [0, 100, 200].map((x) => ({ x, y: 100 }));
  const upper = [
    { x: 0, y: 95 },
    { x: 100, y: 95 },
    { x: 101, y: 40 },
    { x: 200, y: 40 },
  ];
  const placed = placeInArea({ text: "old", colour: "#000", upper, lower });
  expect(placed?.x).toBeGreaterThanOrEqual(101);
  expect(placed?.y).toBe(70);
  const thin = lower.map(({ x, y }) => ({ x, y: y - 10 }));
  expect(placeInArea({ text: "old", colour: "#000", upper: thin, lower })).toBeUndefined();
  expect(placeInArea({ text: "a longer name than that", colour: "#000", upper, lower: [] })).toBeUndefined();
});

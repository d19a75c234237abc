import { expect, test } from "vitest";
import { layOutRows } from "../../../../src/chart/layout/rows.ts";
import { pixelScale } from "../../../../src/chart/layout/scale.ts";

test("the scale of bars begins at zero, that of points near the data", () => {
  const rows = [100, 110].map((value) => ({ name: "a", value, low: value, high: value, text: "t" }));
  expect(layOutRows(rows, { width: "wide", form: "bars" }).scale.domain[0]).toBe(0);
  const points = layOutRows(rows, { width: "wide", form: "points" });
  expect(points.scale.domain[0]).toBeGreaterThan(90);
  expect(pixelScale(points.scale, [0, points.frame.plotWidthPx])(110)).toBeLessThanOrEqual(points.frame.plotWidthPx);
});

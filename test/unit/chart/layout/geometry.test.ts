import { expect, test } from "vitest";
import { crosses } from "../../../../src/chart/layout/geometry.ts";

test.each([
  [{ x: -5, y: 5 }, { x: 15, y: 5 }, true],
  [{ x: -5, y: -5 }, { x: 15, y: 15 }, true],
  [{ x: 2, y: 2 }, { x: 3, y: 3 }, true],
  [{ x: -5, y: 8 }, { x: 5, y: 18 }, false],
  [{ x: -5, y: 20 }, { x: 15, y: 20 }, false],
  [{ x: 20, y: -5 }, { x: 20, y: 15 }, false],
])("whether the segment from %o to %o crosses a box: %s", (from, to, expected) => {
  expect(crosses({ left: 0, right: 10, top: 0, bottom: 10 }, [from, to])).toBe(expected);
});

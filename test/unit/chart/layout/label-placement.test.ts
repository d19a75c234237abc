import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Box,
  crosses,
  type LabelRequest,
  labelBox,
  overlaps,
  placeLabels,
  spotsAlong,
  spotsAround,
} from "../../../../src/chart/layout/label-placement.ts";

const bounds: Box = { left: 0, top: 0, right: 300, bottom: 200 };
const point = fc.record({ x: fc.integer({ min: 0, max: 300 }), y: fc.integer({ min: 0, max: 200 }) });

function nameOf(at: { readonly x: number; readonly y: number }, text: string): LabelRequest {
  return { text, bold: true, colour: "#1e1d1b", spots: spotsAround(at, 9), near: [at] };
}

test("labels stay inside, apart from each other and off the marks, wherever those are", () => {
  fc.assert(
    fc.property(fc.array(point, { maxLength: 12 }), fc.array(point, { maxLength: 10 }), (points, line) => {
      const boxes = points.map(({ x, y }) => ({ left: x - 4, right: x + 4, top: y - 4, bottom: y + 4 }));
      const requests = [
        ...points.map((at, index) => nameOf(at, `point ${index}`)),
        { ...nameOf({ x: 0, y: 0 }, "line"), spots: spotsAlong(line) },
      ];
      const segments = line.slice(1).map((to, index) => [line[index] ?? to, to] as const);
      const placed = placeLabels(requests, { bounds, boxes, segments }).map(labelBox);
      for (const [index, box] of placed.entries()) {
        expect(box.left).toBeGreaterThanOrEqual(bounds.left);
        expect(box.right).toBeLessThanOrEqual(bounds.right);
        expect(box.top).toBeGreaterThanOrEqual(bounds.top);
        expect(box.bottom).toBeLessThanOrEqual(bounds.bottom);
        expect([...boxes, ...placed.slice(index + 1)].filter((other) => overlaps(box, other))).toEqual([]);
      }
    }),
    { numRuns: 60 },
  );
});

test("a label stands at its best spot where nothing is in the way", () => {
  const [label] = placeLabels([nameOf({ x: 100, y: 100 }, "saved")], { bounds, boxes: [], segments: [] });
  expect(label).toMatchObject({ x: 109, y: 100, align: "left" });
});

test("a label moves off a line", () => {
  const level = [
    { x: 0, y: 100 },
    { x: 300, y: 100 },
  ] as const;
  const [label] = placeLabels([nameOf({ x: 100, y: 100 }, "saved")], { bounds, boxes: [], segments: [level] });
  expect(label === undefined ? true : crosses(labelBox(label), level)).toBe(false);
});

test("a label for which there is no room is left out", () => {
  expect(
    placeLabels([nameOf({ x: 5, y: 5 }, "a name")], {
      bounds: { left: 0, top: 0, right: 20, bottom: 20 },
      boxes: [],
      segments: [],
    }),
  ).toEqual([]);
});

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

import fc from "fast-check";
import { expect, test } from "vitest";
import { type Box, crosses, overlaps } from "../../../../src/chart/layout/geometry.ts";
import { type LabelRequest, labelBox, placeLabels } from "../../../../src/chart/layout/label-placement.ts";
import { spotsAlong, spotsAround } from "../../../../src/chart/layout/label-spots.ts";

const bounds: Box = { left: 0, top: 0, right: 300, bottom: 200 };
const point = fc.record({ x: fc.integer({ min: 0, max: 300 }), y: fc.integer({ min: 0, max: 200 }) });

function nameOf(at: { readonly x: number; readonly y: number }, text: string): LabelRequest {
  return { text, bold: true, colour: "#1e1d1b", spots: spotsAround(at, 9), near: [at] };
}

test("every label is placed, inside the bounds, clear of the others and of the marks", () => {
  fc.assert(
    fc.property(fc.array(point, { maxLength: 12 }), fc.array(point, { maxLength: 10 }), (points, line) => {
      const boxes = points.map(({ x, y }) => ({ left: x - 4, right: x + 4, top: y - 4, bottom: y + 4 }));
      const requests = [
        ...points.map((at, index) => nameOf(at, `point ${index}`)),
        { ...nameOf({ x: 0, y: 0 }, "line"), spots: spotsAlong(line) },
      ];
      const segments = line.slice(1).map((to, index) => [line[index] ?? to, to] as const);
      const placed = placeLabels(requests, { bounds, boxes, segments }).map(labelBox);
      // Thirteen labels fit into the plot wherever the marks are: one that is absent was not searched for.
      expect(placed).toHaveLength(requests.length);
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

test("a label is absent only if no place of a fine grid is free", () => {
  fc.assert(
    fc.property(fc.array(point, { minLength: 8, maxLength: 30 }), (points) => {
      const boxes = points.map(({ x, y }) => ({ left: x - 45, right: x + 45, top: y - 45, bottom: y + 45 }));
      const request = nameOf(points[0] ?? { x: 0, y: 0 }, "name");
      const placed = placeLabels([request], { bounds, boxes, segments: [] });
      if (placed.length === 1) return;
      const free: Box[] = [];
      for (let y = bounds.top + 7; y <= bounds.bottom - 7; y += 5) {
        for (let x = bounds.left; x <= bounds.right; x += 6) {
          const box = labelBox({ ...request, x, y, align: "left" });
          if (box.right <= bounds.right && !boxes.some((other) => overlaps(box, other))) free.push(box);
        }
      }
      expect(free).toEqual([]);
    }),
  );
});

test("a label stands at its first spot in an empty plot", () => {
  const [label] = placeLabels([nameOf({ x: 100, y: 100 }, "saved")], { bounds, boxes: [], segments: [] });
  expect(label).toMatchObject({ x: 109, y: 100, align: "left" });
});

test("a label avoids a line", () => {
  const level = [
    { x: 0, y: 100 },
    { x: 300, y: 100 },
  ] as const;
  const [label] = placeLabels([nameOf({ x: 100, y: 100 }, "saved")], { bounds, boxes: [], segments: [level] });
  if (label === undefined) throw new Error("the label was not placed");
  expect(crosses(labelBox(label), level)).toBe(false);
});

test("a label without room is absent", () => {
  expect(
    placeLabels([nameOf({ x: 5, y: 5 }, "a name")], {
      bounds: { left: 0, top: 0, right: 20, bottom: 20 },
      boxes: [],
      segments: [],
    }),
  ).toEqual([]);
});

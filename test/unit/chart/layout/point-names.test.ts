import fc from "fast-check";
import { expect, test } from "vitest";
import { overlaps } from "../../../../src/chart/layout/geometry.ts";
import { labelBox } from "../../../../src/chart/layout/label-placement.ts";
import { type NamedPoint, nameEveryPoint } from "../../../../src/chart/layout/point-names.ts";

const bounds = { left: 0, top: 0, right: 320, bottom: 260 };
const boxesOf = (points: readonly NamedPoint[]) =>
  points.map(({ x, y }) => ({ left: x - 5, right: x + 5, top: y - 5, bottom: y + 5 }));
const named = (x: number, y: number, name: string): NamedPoint => ({ x, y, name, colour: "#1e1d1b" });
const label = (points: readonly NamedPoint[], maximumNamePx = 120) =>
  nameEveryPoint(points, maximumNamePx, { bounds, boxes: boxesOf(points), segments: [] });

test("every point has a name, however close the points are", () => {
  const point = fc.record({ x: fc.integer({ min: 10, max: 310 }), y: fc.integer({ min: 10, max: 250 }) });
  const length = fc.integer({ min: 1, max: 60 });
  fc.assert(
    fc.property(fc.array(point, { minLength: 1, maxLength: 30 }), length, (places, letters) => {
      const points = places.map(({ x, y }, index) => named(x, y, `${"a".repeat(letters)}${index}`));
      const { labels, key } = label(points);
      const written = key.length > 0 ? key : labels.flatMap(({ text }) => text.split(", "));
      // A name that is shortened keeps its end, where these names differ.
      const ends = written.map((text) => /\d+$/.exec(text)?.[0]).sort();
      expect(ends).toEqual(points.map((_, index) => String(index)).sort());
      const placed = labels.map(labelBox);
      for (const [index, box] of placed.entries()) {
        const struck = [...boxesOf(points), ...placed.slice(index + 1)].filter((other) => overlaps(box, other));
        expect(struck).toEqual([]);
      }
    }),
    { numRuns: 60 },
  );
});

test("points have names beside them, and points that cover each other share a label", () => {
  const apart = label([named(50, 50, "a"), named(200, 200, "b")]);
  expect(apart.labels.map(({ text }) => text)).toEqual(["a", "b"]);
  expect(apart).toMatchObject({ leaders: [], key: [] });
  const together = label([named(50, 50, "a"), named(52, 51, "b"), named(200, 200, "c")]);
  expect(together.labels.map(({ text }) => text)).toEqual(["a, b", "c"]);
});

test("points have numbers and a key where the names do not fit", () => {
  const points = Array.from({ length: 5 }, (_, index) => named(50 + index, 50, `a name of some length ${index}`));
  const { labels, key } = label([...points, named(200, 200, "last")]);
  expect(labels.map(({ text }) => text)).toEqual(["1–5", "6"]);
  expect(key).toHaveLength(6);
  expect(key[5]).toBe("6\u2002last");
});

test("a label that stands apart has a leader line to its point", () => {
  const wall = Array.from({ length: 9 }, (_, index) => ({ left: 90, right: 230, top: 60 + index, bottom: 170 }));
  const points = [named(160, 115, "inside")];
  const { labels, leaders } = nameEveryPoint(points, 120, { bounds, boxes: wall, segments: [] });
  expect(labels).toHaveLength(1);
  expect(leaders).toHaveLength(1);
  expect(leaders[0]?.[1]).toEqual({ x: 160, y: 115 });
});

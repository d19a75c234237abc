import { expect, test } from "vitest";
import { thinMoments, thinToBand } from "../../../../src/chart/parts/thin-moments.ts";

test("thinned moments include the first, last, lowest and highest of each column", () => {
  const moments = Array.from({ length: 1000 }, (_, x) => ({ x, heap: x === 503 ? 99 : x === 507 ? -99 : 1 }));
  const kept = thinMoments(moments, 10);
  expect(kept.length).toBeLessThanOrEqual(44);
  expect(kept).toEqual(expect.arrayContaining([moments[0], moments[503], moments[507], moments[999]]));
  expect(kept.map(({ x }) => x)).toEqual(kept.map(({ x }) => x).sort((a, b) => a - b));
});

test("a band includes the lowest and highest moment of each column, and both ends", () => {
  const moments = Array.from({ length: 1000 }, (_, x) => ({
    x,
    heap: x === 503 ? 99 : x === 507 ? -99 : (x * 7) % 13,
  }));
  const kept = thinToBand(moments, 10);
  expect(kept.length).toBeLessThanOrEqual(24);
  expect(kept).toEqual(expect.arrayContaining([moments[0], moments[503], moments[507], moments[999]]));
  expect(thinToBand(moments.slice(0, 20), 10)).toHaveLength(20);
});

import { expect, test } from "vitest";
import type { VegaLiteSpec } from "../../../../src/chart/types.ts";
import { drawSpec } from "../../../../src/chart/vega/draw-spec.ts";

const reject = (message: string): Error => new Error(message);

/** Texts of the drawing of a line, in px wide and high. */
async function ticksOf(largest: number, log: boolean, axis = {}): Promise<readonly string[]> {
  const scale = log ? { type: "log" } : { type: "linear" };
  const spec = {
    data: {
      values: [
        { x: 1, y: 1 },
        { x: largest, y: 1 },
      ],
    },
    mark: "line",
    width: 640,
    height: 240,
    encoding: {
      x: { field: "x", type: "quantitative", scale, axis },
      y: { field: "y", type: "quantitative", axis: null },
    },
  } as unknown as VegaLiteSpec;
  const { svg } = await drawSpec(spec, reject);
  return [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text = ""]) => text).filter((text) => /\d/.test(text));
}

test("a logarithmic axis has a line and a number at powers of ten, with 2 and 5 where there is room, and at its ends", async () => {
  expect(await ticksOf(1000, true)).toEqual(["1", "2", "5", "10", "20", "50", "100", "200", "500", "1,000"]);
  expect(await ticksOf(1e6, true)).toEqual(["1", "10", "100", "1,000", "10,000", "100,000", "1,000,000"]);
});

test("a linear horizontal axis has about a tick for 80 px", async () => {
  expect(await ticksOf(45, false)).toEqual(["0", "5", "10", "15", "20", "25", "30", "35", "40", "45"]);
});

test("the ticks of an author stay", async () => {
  expect(await ticksOf(1000, true, { values: [3, 30] })).toEqual(["3", "30"]);
  expect(await ticksOf(45, false, { tickCount: 2 })).toEqual(["0", "20", "40"]);
});

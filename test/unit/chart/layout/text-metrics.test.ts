import fc from "fast-check";
import { expect, test } from "vitest";
import { labelWidth, measureText, shortenText } from "../../../../src/chart/layout/text-metrics.ts";

test("the width of a text is the sum of the font's table", () => {
  // H 722, e 556, a 556, p 556 thousandths of 12 px, and 3 % for wider faces.
  expect(measureText("Heap")).toBeCloseTo(2.39 * 12 * 1.03, 10);
  expect(measureText("漢字")).toBeCloseTo(2 * 12 * 1.03, 10);
  expect(measureText("")).toBe(0);
});

test("a shortened text fits, and has the begin and the end of the whole", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 60 }), fc.integer({ min: 20, max: 300 }), (text, width) => {
      const short = shortenText(text, width);
      expect(labelWidth(short, false)).toBeLessThanOrEqual(width);
      if (labelWidth(text, false) <= width) expect(short).toBe(text);
      else expect(short).toContain("…");
    }),
  );
  expect(shortenText("walks = saved, semi = 64", 100)).toBe("walks =…i = 64");
});

import { expect, test } from "vitest";
import { displayUnit, formatIn, inUnit, titleWithUnit } from "../../../../src/chart/layout/display-unit.ts";

const MIB = 2 ** 20;

test("bytes are shown in MiB, unless they are few", () => {
  expect(displayUnit("B", [28.2 * MIB, 3]).name).toBe("MiB");
  expect(displayUnit("B", [4000 * MIB]).name).toBe("MiB");
  expect(displayUnit("B", [-0.2 * MIB]).name).toBe("MiB");
  expect(displayUnit("B", [2000]).name).toBe("KiB");
  expect(displayUnit("B", [48]).name).toBe("B");
  expect(displayUnit("B", [0]).name).toBe("MiB");
  expect(displayUnit("B", []).name).toBe("MiB");
});

test("counts and ratios have no unit, others their own", () => {
  expect(["count", "ratio", "ms", "%"].map((unit) => displayUnit(unit, [1]).name)).toEqual(["", "", "ms", "%"]);
  expect(titleWithUnit("used heap", displayUnit("B", [MIB]))).toBe("used heap, MiB");
  expect(titleWithUnit("collections", displayUnit("count", [3]))).toBe("collections");
});

test("numbers read as in the prose", () => {
  expect(formatIn(displayUnit("B", [28.2 * MIB]), 28.2 * MIB)).toBe("28.2\u00a0MiB");
  expect(formatIn(displayUnit("ms", [-3]), -3.5)).toBe("−3.5\u00a0ms");
  // Beside an axis in MiB or ms, in the unit that the text has.
  expect(formatIn(displayUnit("B", [MIB]), 0.172 * MIB)).toBe("176\u00a0KiB");
  expect(formatIn(displayUnit("B", [3000 * MIB]), 3072 * MIB)).toBe("3\u00a0GiB");
  expect(formatIn(displayUnit("ms", [2500]), 2500)).toBe("2.5\u00a0s");
  expect(formatIn(displayUnit("count", [123456789]), 123456789)).toBe("123,456,789");
  expect(inUnit(displayUnit("count", [1]), 123456789)).toBe(123456789);
  expect(inUnit(displayUnit("B", [MIB]), MIB / 3)).toBe(0.333333);
});

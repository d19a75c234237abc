import { expect, test } from "vitest";
import { checkSize } from "../../../src/chart/vega/spec-size.ts";

const deep = (levels: number): object => (levels === 0 ? {} : { layer: [deep(levels - 1)] });

test.each<[string, object]>([
  ["`width` is 1,000,000,000", { width: 1e9 }],
  ["`tickCount` is 10,000,000", { encoding: { x: { axis: { tickCount: 1e7 } } } }],
  ["`sequence` makes 100,000,000 rows", { data: { sequence: { start: 0, stop: 1e8 } } }],
  ["its objects and lists nest too deep", deep(2000)],
  ["a list has 200,001 rows", { data: { values: Array.from({ length: 200_001 }, () => 1) } }],
])("%s", (message, spec) => expect(() => checkSize(spec, undefined)).toThrow(message));

test("data are no sizes", () =>
  expect(() => checkSize({ data: { values: [{ width: 1e9 }] } }, undefined)).not.toThrow());

import { expect, test } from "vitest";
import { checkSize } from "../../../src/chart/vega/spec-size.ts";

const deep = (levels: number): object => (levels === 0 ? {} : { layer: [deep(levels - 1)] });

test.each<[string, object]>([
  ["`width` is 1,000,000,000", { width: 1e9 }],
  ["`tickCount` is 10,000,000", { encoding: { x: { axis: { tickCount: 1e7 } } } }],
  ["`sequence` makes 100,000,000 rows", { data: { sequence: { start: 0, stop: 1e8 } } }],
  ["`keyvals` makes 1,000,000,000 rows", { transform: [{ impute: "b", key: "a", keyvals: { stop: 1e9 } }] }],
  ["`bins` makes 1,000,000,000 rows", { encoding: { x: { scale: { bins: { start: 0, stop: 1e9, step: 1 } } } } }],
  ["`quantile` makes 1,000,000,000 rows", { transform: [{ quantile: "a", step: 1e-9 }] }],
  ["`graticule` makes 6,480,000 rows", { data: { graticule: { step: [0.1, 0.1] } } }],
  ["`maxsteps` is 100,000,000", { transform: [{ density: "a", maxsteps: 1e8 }] }],
  ["its objects and lists are nested too deeply", deep(2000)],
  ["a list has 200,001 rows", { data: { values: Array.from({ length: 200_001 }, () => 1) } }],
])("%s", (message, spec) => expect(() => checkSize(spec, undefined)).toThrow(message));

test("data are no sizes", () =>
  expect(() => checkSize({ data: { values: [{ width: 1e9 }] } }, undefined)).not.toThrow());

test.each([
  { transform: [{ quantile: "a", step: 0.001 }] },
  { data: { graticule: true } },
  { data: { graticule: { step: [15, 15] } } },
  { encoding: { y: { impute: { value: 0, keyvals: [1, 2] } } } },
  { encoding: { y: { impute: { value: 0, keyvals: { start: 0, stop: 100 } } } } },
])("usual lists are drawn: %j", (spec) => expect(() => checkSize(spec, undefined)).not.toThrow());

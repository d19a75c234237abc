import { expect, test } from "vitest";
import { findNotInstrumented } from "../../../src/allocation/not-instrumented.ts";
import type { InstrumentedModule } from "../../../src/allocation/program.ts";
import { makeLine } from "../../helpers/profiles.ts";

const left = (line: number, functionLine: number, functionColumn = 1) => {
  return { line, functionLine, functionColumn, kind: "yield*", why: "it cannot move" };
};
const traced = (file: string, changes: Partial<InstrumentedModule>): InstrumentedModule => ({
  file,
  placed: null,
  lines: [],
  isWrapped: false,
  sites: [],
  metered: [],
  notInstrumented: [],
  outside: [],
  inexact: [],
  ...changes,
});
const bytes = (file: string, line: number, functionLevelBytes: number) => makeLine(line, { file, functionLevelBytes });

test("syntax of the function with most function-level bytes comes first; functions without such bytes are not listed", () => {
  const a = traced("a.ts", { notInstrumented: [left(5, 4), left(9, 8), left(13, 12)] });
  const { notInstrumented } = findNotInstrumented([a], [bytes("a.ts", 4, 10), bytes("a.ts", 8, 20)]);
  expect(notInstrumented.map(({ file, line }) => `${file}:${line}`)).toEqual(["a.ts:9", "a.ts:5"]);
  expect(notInstrumented[0]).toEqual({ file: "a.ts", line: 9, kind: "yield*", why: "it cannot move" });
});

test("top-level bytes of ES modules belong to the first module of the bundle, those of CommonJS to the module itself", () => {
  const modules = [
    traced("entry.ts", {}),
    traced("es.ts", { notInstrumented: [left(3, 1, 0), left(4, 1)] }),
    traced("common.cjs", { notInstrumented: [left(4, 1, 0)], isWrapped: true }),
  ];
  const placesOf = (file: string) =>
    findNotInstrumented(modules, [bytes(file, 1, 10)]).notInstrumented.map(({ file, line }) => `${file}:${line}`);
  expect(placesOf("entry.ts")).toEqual(["es.ts:3"]);
  // A function may begin on line 1 as well.
  expect(placesOf("es.ts")).toEqual(["es.ts:4"]);
  expect(placesOf("common.cjs")).toEqual(["common.cjs:4"]);
});

test("code outside of markers is listed whether or not it has allocated", () => {
  const modules = [traced("a.ts", { outside: [{ line: 7, kind: "worker" }] })];
  expect(findNotInstrumented(modules, []).outside).toEqual([{ file: "a.ts", line: 7, kind: "worker" }]);
});

import { expect, it } from "vitest";
import { explainAwaited } from "../../../src/experiment/planned-files.ts";

const runs = (label: string, reason: string) => ({ label, reusedTrials: 0, missingTrials: 1, reasons: [reason] });
const reused = (label: string) => ({ label, reusedTrials: 1, missingTrials: 0, reasons: [] });
const none = () => [];
const reasonsOf = (explained: ReturnType<typeof explainAwaited>) => explained.map(({ reasons }) => reasons.join());

it("a cell that reads a file of a cell that would run, runs only if the file changes", () => {
  const known = new Map([
    ["b", { a: ["x1"] }],
    ["c", { b: ["x2"] }],
  ]);
  const expected = [
    "x1, which it wrote, is missing",
    "if x1 changes, which `a` writes",
    "if x2 changes, which `b` writes",
  ];
  // Stored or not, and through a chain.
  for (const all of [
    [runs("a", expected[0] ?? ""), runs("b", "x1 changed"), runs("c", "x2 changed")],
    [runs("a", expected[0] ?? ""), reused("b"), reused("c")],
  ]) {
    const explained = explainAwaited(all, known, none);
    expect(reasonsOf(explained)).toEqual(expected);
    expect(explained.map(({ missingTrials }) => missingTrials)).toEqual([1, 1, 1]);
  }
  expect(reasonsOf(explainAwaited([reused("a"), reused("b")], known, none))).toEqual(["", ""]);
});

it("keeps other reasons, and follows imported results and files that several cells write", () => {
  const known = new Map([
    ["b", { a: ["x1"] }],
    ["d", { a: [] }],
  ]);
  const all = [runs("a", "line 3 of report.md changed"), runs("b", "d.csv changed"), reused("c"), reused("d")];
  expect(reasonsOf(explainAwaited(all, known, (label) => (label === "c" ? ["b"] : [])))).toEqual([
    "line 3 of report.md changed",
    "d.csv changed",
    "if the result of `b` changes",
    "if a file changes, which `a` writes",
  ]);
});

import { describe, expect, it } from "vitest";
import { searchBracket } from "../../../src/experiment/bracket-search.ts";
import type { Trial } from "../../../src/model/report-results.ts";
import type { TrialSpec } from "../../../src/process/trial-executor.ts";
import { makeTrial } from "../../helpers/results.ts";

const SPEC: TrialSpec = {
  node: "node",
  flags: ["--expose-gc"],
  bundlePath: "/x.mjs",
  bundleMap: "{}",
  folder: "/",
  env: {},
  probe: "bracket",
  variant: {},
  timeoutMs: 1000,
};
const MIB = 2 ** 20;

/** A trial whose regions have these brackets, in MiB. */
const bracketed = (...brackets: readonly (readonly [low: number, high: number])[]): Partial<Trial> => ({
  durationMs: 5,
  readings: brackets.flatMap(([low, high], i) =>
    (["peakLow", "peakHigh"] as const).map((id) => ({
      id,
      region: `region ${i}`,
      value: (id === "peakLow" ? low : high) * MIB,
    })),
  ),
});

async function search(...trials: readonly Partial<Trial>[]): Promise<{ trial: Trial; flags: string[][] }> {
  const flags: string[][] = [];
  const trial = await searchBracket(
    {
      run: async (spec) => {
        flags.push(spec.flags.slice(SPEC.flags.length));
        const next = trials[flags.length - 1];
        if (next === undefined) throw new Error("one process too many");
        return makeTrial(next);
      },
    },
    SPEC,
    new AbortController().signal,
  );
  return { trial, flags };
}

const thorough = (mebibytes: number): string[] => [
  "--gc-global",
  `--min-semi-space-size=${mebibytes}`,
  `--max-semi-space-size=${mebibytes}`,
];

describe("the search for a bracket", () => {
  it.each([
    ["two young generations", [1, 3]],
    ["a fifth of the upper end", [64, 80]],
    ["nothing", [0, 0]],
  ] as const)("takes one process where it is as narrow as %s", async (_, bracket) => {
    const quick = bracketed(bracket);
    expect(await search(quick)).toEqual({ trial: makeTrial(quick), flags: [[]] });
  });

  it.each([
    ["1 MB for a small peak", [[1, 3.1]], 1],
    ["a tenth of a large one, as V8 rounds it", [[0, 100]], 8],
    [
      "of the largest that is too wide",
      [
        [0, 100],
        [1, 40],
        [390, 400],
      ],
      8,
    ],
    ["no more than V8's own", [[0, 4000]], 16],
  ] as const)("takes another with full collections where one is wider: %s", async (_, brackets, mebibytes) => {
    const second = bracketed([2, 2.5]);
    const { trial, flags } = await search(bracketed(...brackets), second);
    expect(flags).toEqual([[], thorough(mebibytes)]);
    expect(trial).toEqual(makeTrial({ ...second, durationMs: 10 }));
  });

  it("keeps the narrower bracket of each region", async () => {
    const { trial } = await search(bracketed([1, 4], [0, 100], [5, 6]), bracketed([0, 16], [90, 98], [0, 16]));
    expect(trial).toEqual(makeTrial({ ...bracketed([1, 4], [90, 98], [5, 6]), durationMs: 10 }));
  });

  it("keeps the wide bracket where the second process fails", async () => {
    const wide = bracketed([0, 30]);
    const failed: Partial<Trial> = { failure: { kind: "timeout", timeoutMs: 1000 }, durationMs: 1000 };
    const { trial } = await search(wide, failed);
    expect(trial).toEqual(makeTrial({ ...wide, durationMs: 1005 }));
  });

  it("fails as the first process does", async () => {
    const failed: Partial<Trial> = { failure: { kind: "timeout", timeoutMs: 1000 } };
    expect((await search(failed)).trial.failure).toEqual(failed.failure);
  });
});

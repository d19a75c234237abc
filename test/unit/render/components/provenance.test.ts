import { describe, expect, test } from "vitest";
import { inLanguage } from "../../../../src/language.ts";
import type { ReportResults } from "../../../../src/model/report-results.ts";
import { describeProvenance } from "../../../../src/render/components/provenance.ts";
import {
  ENVIRONMENT,
  makeCellResult,
  makeResults,
  makeTrial,
  makeTrialSet,
  makeVariant,
} from "../../../helpers/results.ts";

const valuesOf = (results: Parameters<typeof describeProvenance>[0], term: string): readonly string[] =>
  describeProvenance(results, "0.1.0")
    .rows.filter((row) => row.term === term)
    .flatMap((row) => row.values.map(({ label, text }) => (label === undefined ? text : `${label} ${text}`)));

describe("provenance", () => {
  const later = { ...ENVIRONMENT, node: "22.1.0", measuredAt: "2026-11-24T23:59:00.000Z", commit: "def5678-dirty" };
  const results = makeResults(
    [
      makeCellResult("a", [
        makeVariant({ n: 1 }, [makeTrialSet("peak", [makeTrial(), makeTrial()], { flags: ["--expose-gc", "--x=1"] })]),
        makeVariant({ n: 2 }, [
          makeTrialSet("peak", [makeTrial({ durationMs: 60_000 })], {
            flags: ["--expose-gc", "--x=2"],
            environment: later,
          }),
        ]),
      ]),
      makeCellResult("not-run", [], { state: "not-run" }),
    ],
    { params: { blocks: 20, repetitions: 10_000, seed: 42 } },
  );

  test("lists every environment once, in the order of the cells", () => {
    expect(valuesOf(results, "Runtime")).toEqual([
      "Node 20.20.2, V8 11.3.244.8-node.30",
      "Node 22.1.0, V8 11.3.244.8-node.30",
    ]);
    expect(valuesOf(results, "Machine")).toEqual(["AMD EPYC, 2 cores, 8\u00a0GiB; Linux 6.18.44 x64"]);
    expect(valuesOf(results, "Semi-space")).toEqual([
      "Node 20.20.2 1\u00a0MiB growing to 16\u00a0MiB (effective)",
      "Node 22.1.0 1\u00a0MiB growing to 16\u00a0MiB (effective)",
    ]);
    expect(valuesOf(results, "Heap limit")).toEqual([
      "Node 20.20.2 2\u00a0GiB (effective)",
      "Node 22.1.0 2\u00a0GiB (effective)",
    ]);
    expect(valuesOf(results, "Commit")).toEqual(["abc1234", "def5678-dirty"]);
    expect(valuesOf(results, "Measured")).toEqual(["22 November 2026 to 24 November 2026"]);
  });

  test("lists the effective limits of heap, semi-spaces and container", () => {
    const limits = { heapSizeLimitBytes: 2 ** 31, semiSpaceStartBytes: 2 ** 22 };
    const known = makeTrial({ limits: { ...limits, semiSpaceLimitBytes: 2 ** 22 } });
    const unknown = makeTrial({ limits: { ...limits, semiSpaceStartBytes: 2 ** 20, semiSpaceLimitBytes: null } });
    const contained = { ...ENVIRONMENT, memoryLimitBytes: 2 ** 29 };
    const sets = [makeTrialSet("gc", [known, unknown, makeTrial({ limits: null })], { environment: contained })];
    const limited = makeResults([makeCellResult("a", [makeVariant({}, sets)])]);
    expect(valuesOf(limited, "Semi-space")).toEqual(["1\u00a0MiB, 4\u00a0MiB (effective)"]);
    expect(valuesOf(limited, "Machine")).toEqual([
      "AMD EPYC, 2 cores, 8\u00a0GiB (container: 512\u00a0MiB); Linux 6.18.44 x64",
    ]);
  });

  test("counts cells, variants and trials, and adds up their time", () => {
    expect(valuesOf(results, "Execution")).toEqual(["1 cell, 2 variants, 3 trials; 1\u00a0min measured"]);
  });

  test("lists the flags that all trials of a probe share", () => {
    expect(valuesOf(results, "Flags")).toEqual(["peak --expose-gc"]);
  });

  test("names the Python version of Python cells, with the labels of the cells when there are several versions", () => {
    const inPython = (label: string, python: string) => {
      const sets = [
        makeTrialSet("output", [makeTrial({ limits: null })], { flags: [], environment: { ...ENVIRONMENT, python } }),
      ];
      return makeCellResult(label, [makeVariant({}, sets)]);
    };
    const system = "CPython 3.11.7, 64-bit";
    const one = makeResults([inPython("a", system), inPython("b", system)]);
    expect(valuesOf(one, "Runtime")).toEqual([system]);
    expect(describeProvenance(one, "0.1.0").summary).toContain(system);
    expect(describeProvenance(one, "0.1.0").summary.join()).not.toMatch(/Node|V8/);
    const inNode = makeCellResult("n", [
      makeVariant({}, [makeTrialSet("output", [makeTrial()], { flags: ["--expose-gc"] })]),
    ]);
    const several = makeResults([inPython("a", system), inNode, inPython("b", "CPython 3.14.2 in Pyodide, 32-bit")]);
    expect(valuesOf(several, "Runtime")).toEqual([
      "Node 20.20.2, V8 11.3.244.8-node.30",
      "CPython 3.11.7, 64-bit (a)",
      "CPython 3.14.2 in Pyodide, 32-bit (b)",
    ]);
    expect(valuesOf(several, "Flags")).toEqual(["output --expose-gc"]);
  });

  test("names parameters in full, and the commit when all trials have the same", () => {
    expect(valuesOf(results, "Parameters")).toEqual(["blocks 20, repetitions 10,000, seed 42"]);
    expect(describeProvenance(results, "0.1.0").commit).toBeUndefined();
  });

  test("separates thousands in all parameters of a list or in none, by the language", () => {
    const list = (params: ReportResults["params"]) => valuesOf(makeResults([], { params }), "Parameters");
    expect(list({ entries: 20_000, capacity: 2000, share: 0.5 })).toEqual([
      "entries 20,000, capacity 2,000, share 0.5",
    ]);
    const inGerman = () =>
      valuesOf(makeResults([], { params: { entries: 20_000, capacity: 2000, share: 0.5 } }), "Parameter");
    expect(inLanguage("de", inGerman)).toEqual(["entries 20.000, capacity 2.000, share 0,5"]);
    expect(list({ year: 2026, capacity: 2000 })).toEqual(["year 2026, capacity 2000"]);
  });

  test("lists semi-spaces that grow so that no size reads as another's", () => {
    const sizes = (...pairs: readonly [number, number][]) => {
      const trials = pairs.map(([start, limit]) =>
        makeTrial({
          limits: {
            heapSizeLimitBytes: 2 ** 31,
            semiSpaceStartBytes: start * 2 ** 20,
            semiSpaceLimitBytes: limit * 2 ** 20,
          },
        }),
      );
      return valuesOf(
        makeResults([makeCellResult("a", [makeVariant({}, [makeTrialSet("gc", trials)])])]),
        "Semi-space",
      );
    };
    expect(sizes([4, 4], [1, 16], [8, 8])).toEqual([
      "1\u00a0MiB growing to 16\u00a0MiB; 4\u00a0MiB; 8\u00a0MiB (effective)",
    ]);
    expect(sizes([1, 1], [2, 2], [3, 3], [4, 4], [5, 5], [6, 6], [1, 64])).toEqual([
      "1\u00a0MiB to 64\u00a0MiB, 7 different values (effective)",
    ]);
  });

  test("states that nothing was measured", () => {
    expect(describeProvenance(makeResults([]), "0.1.0").summary).toEqual(["Nothing was measured"]);
  });
});

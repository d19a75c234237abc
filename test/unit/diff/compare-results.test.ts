import { describe, expect, it } from "vitest";
import { compareResults } from "../../../src/diff/compare-results.ts";
import { findFailing, parseFailOn } from "../../../src/diff/fail-on.ts";
import { formatEffect, formatEffectInterval, summariseDiff } from "../../../src/diff/texts.ts";
import type { MetricDiff, ResultsDiff } from "../../../src/diff/types.ts";
import type { MetricReading } from "../../../src/model/metrics.ts";
import type { Claim, Environment, Output, ReportResults, TrialSet } from "../../../src/model/report-results.ts";
import {
  ENVIRONMENT,
  makeCellResult,
  makeReading,
  makeResults,
  makeSamples,
  makeTrial,
  makeTrialSet,
  makeVariant,
} from "../../helpers/results.ts";

const results = (...sets: readonly TrialSet[]): ReportResults =>
  makeResults([makeCellResult("walks", [makeVariant({}, sets)])]);

const compare = (before: ReportResults, after: ReportResults, metrics?: readonly string[]): ResultsDiff =>
  compareResults({ name: "A", reports: [before] }, { name: "B", reports: [after] }, { metrics });

/** The only metric of a diff. */
function only(diff: ResultsDiff): MetricDiff {
  const [metric, ...rest] = diff.reports.flatMap(({ metrics }) => metrics);
  if (metric === undefined || rest.length > 0) throw new Error(`${rest.length + 1} metrics`);
  return metric;
}

/** A peak between bounds, as the search for it sends them. */
const bounds = (low: number, high: number): TrialSet =>
  makeTrialSet("bracket", [makeTrial({ readings: [makeReading("peakLow", low), makeReading("peakHigh", high)] })], {
    fingerprint: `${low}-${high}`,
  });

/** Samples measured anew, under a fingerprint of their own. */
const samples = (id: string, values: readonly number[], environment: Partial<Environment> = {}): TrialSet => ({
  ...makeSamples(id === "allocated" ? "allocated" : "time", id, id === "allocated" ? "B" : "ms", values),
  fingerprint: values.join(),
  environment: { ...ENVIRONMENT, ...environment },
});

describe("peaks, by their bounds", () => {
  const peak = (diff: ResultsDiff): MetricDiff => only(diff);

  it("bounds that do not overlap are decided, with the direction from the metric table", () => {
    const worse = peak(compare(results(bounds(100, 110)), results(bounds(121, 132))));
    expect(worse).toMatchObject({ id: "peakLive", verdict: "worse", reason: null, correctedPValue: null });
    // 121 − 110 and 132 − 100; 121 / 110 and 132 / 100.
    expect(worse.difference).toEqual({ value: 21, low: 11, high: 32, confidence: 1 });
    expect(worse.ratio?.low).toBeCloseTo(1.1, 12);
    expect(worse.ratio?.high).toBeCloseTo(1.32, 12);
    expect(formatEffect(worse)).toBe("+10\u00a0% to +32\u00a0%");
    expect(peak(compare(results(bounds(121, 132)), results(bounds(100, 110)))).verdict).toBe("better");
  });

  it("bounds that overlap are undecided, also where both are equal", () => {
    for (const after of [bounds(105, 120), { ...bounds(100, 110), fingerprint: "other" }]) {
      const metric = peak(compare(results(bounds(100, 110)), results(after)));
      expect(metric).toMatchObject({ verdict: "undecided", reason: "bounds overlap" });
    }
  });

  it("the same trials are the same peak", () => {
    const metric = peak(compare(results(bounds(100, 110)), results(bounds(100, 110))));
    expect(metric).toMatchObject({ verdict: "same", difference: { value: 0, low: 0, high: 0, confidence: 1 } });
    expect(formatEffect(metric)).toBe("0");
  });

  it("the lower and the upper bound are no metrics of their own", () => {
    const diff = compare(results(bounds(100, 110)), results(bounds(121, 132)));
    expect(diff.reports[0]?.metrics.map(({ id }) => id)).toEqual(["peakLive"]);
  });
});

describe("other values", () => {
  const exact = (value: number): TrialSet => ({
    ...makeSamples("peak", "endLive", "B", [value, value]),
    fingerprint: String(value),
  });

  it("exact values are compared for equality", () => {
    expect(only(compare(results(exact(200)), results(exact(194))))).toMatchObject({
      verdict: "better",
      ratio: { value: 0.97, low: 0.97, high: 0.97, confidence: 1 },
      difference: { value: -6, low: -6, high: -6, confidence: 1 },
    });
    const equal = { ...exact(200), fingerprint: "new code" };
    expect(only(compare(results(exact(200)), results(equal))).verdict).toBe("same");
  });

  it("distributions by Mann–Whitney: 6 against 6 without overlap have p = 2/924", () => {
    const metric = only(
      compare(results(samples("wallTime", [1, 2, 3, 4, 5, 6])), results(samples("wallTime", [11, 12, 13, 14, 15, 16]))),
    );
    expect(metric.correctedPValue).toBeCloseTo(2 / 924, 12);
    expect(metric).toMatchObject({ verdict: "worse", difference: { value: 10 }, before: { value: 3.5, trials: 6 } });
  });

  it("Holm's correction counts all tests of the diff, and the trials that are needed are said", () => {
    const names = Array.from({ length: 30 }, (_, index) => `own${index}`);
    const many = (offset: number): TrialSet =>
      makeTrialSet(
        "time",
        [1, 2, 3, 4, 5, 6].map((value) =>
          makeTrial({ readings: names.map((id): MetricReading => makeReading(id, value + offset)) }),
        ),
        { fingerprint: String(offset) },
      );
    const diff = compare(results(many(0)), results(many(10)));
    // 30 · 2 / C(12, 6) = 0.065; with 7 trials 30 · 2 / C(14, 7) = 0.017.
    expect(diff).toMatchObject({ familySize: 30, trialsNeeded: 7 });
    expect(new Set(diff.reports[0]?.metrics.map(({ reason }) => reason))).toEqual(new Set(["too few trials: 6"]));
    const fewer = compare(results(many(0)), results(many(10)), ["own3"]);
    expect(fewer).toMatchObject({ familySize: 1, trialsNeeded: null });
    expect(only(fewer)).toMatchObject({ id: "own3", verdict: "worse" });
  });

  it("a metric without a direction is changed", () => {
    const own = (value: number): TrialSet =>
      makeTrialSet(
        "gc",
        [1, 2, 3, 4, 5, 6].map((each) => makeTrial({ readings: [{ id: "freed", region: "", value: value + each }] })),
        { fingerprint: String(value) },
      );
    expect(only(compare(results(own(0)), results(own(100))))).toMatchObject({ verdict: "changed", better: "neither" });
  });

  it("a single trial decides nothing", () => {
    expect(only(compare(results(samples("wallTime", [1])), results(samples("wallTime", [9]))))).toMatchObject({
      verdict: "undecided",
      reason: "a single trial",
    });
  });

  it("a change from 0 is shown in the unit", () => {
    const metric = only(compare(results(exact(0)), results(exact(48))));
    expect(metric).toMatchObject({ ratio: null, verdict: "worse" });
    expect([formatEffect(metric), formatEffectInterval(metric)]).toEqual(["+48\u00a0B", "exact"]);
  });
});

describe("unlike conditions", () => {
  const six = [1, 2, 3, 4, 5, 6];
  const twelve = [11, 12, 13, 14, 15, 16];

  it.each([
    ["on unlike machines", { cpuModel: "Another" }],
    ["on unlike machines", { cores: 64 }],
    ["with unlike runtimes", { node: "24.21.0" }],
  ])("times measured %s are not compared", (reason, environment) => {
    const diff = compare(results(samples("wallTime", six)), results(samples("wallTime", twelve, environment)));
    expect(only(diff)).toMatchObject({ verdict: "not-compared", ratio: null, difference: null });
    expect(only(diff).reason).toBe(`measured ${reason}`);
    expect(diff.reports[0]?.conditions).toHaveLength(1);
    expect(diff.familySize).toBe(0);
  });

  it("bytes are compared, and the unlike machines marked", () => {
    const diff = compare(
      results(samples("allocated", six)),
      results(samples("allocated", twelve, { cpuModel: "Another" })),
    );
    expect(only(diff).verdict).toBe("worse");
    expect(diff.reports[0]?.conditions[0]).toMatchObject({ name: "machine", of: "" });
  });

  it("parameters and flags that differ are marked", () => {
    const before = { ...results({ ...samples("allocated", six), flags: ["--a"] }), params: { scale: 2 } };
    const after = { ...results({ ...samples("allocated", six), flags: ["--b"] }), params: { scale: 3 } };
    expect(compare(before, after).reports[0]?.conditions).toEqual([
      { name: "parameter", of: "scale", before: "2", after: "3" },
      { name: "flags", of: "walks", before: "--a", after: "--b" },
    ]);
    expect(summariseDiff(compare(before, after))).toContain("(with scale 2 → 3)");
  });
});

describe("claims and cells", () => {
  const claim = (sentence: string, verdict: Claim["verdict"]): Output => ({
    type: "claim",
    claim: {
      sentence,
      estimate: { label: "", value: 1, low: 1, high: 1, confidence: null, unit: "" },
      test: { kind: "below", bound: 2 },
      recorded: null,
      verdict,
      pValue: null,
      bundlePlace: null,
      place: null,
    },
  });
  const claiming = (...outputs: readonly Output[]): ReportResults =>
    makeResults([makeCellResult("walks", [makeVariant({}, [], { outputs })])]);

  it("lists claims that flipped, and those of one side", () => {
    const before = claiming(claim("small", "holds"), claim("fast", "holds"), claim("old", "fails"));
    const after = claiming(claim("fast", "fails"), claim("small", "holds"));
    const diff = compare(before, after);
    expect(diff.reports[0]?.claims).toEqual([
      { cell: "walks", sentence: "fast", before: "holds", after: "fails" },
      { cell: "walks", sentence: "old", before: "fails", after: null },
    ]);
    expect(summariseDiff(diff)).toBe("1 claim flipped");
    expect(findFailing(diff, { worse: undefined, claims: true }).claims).toBe(1);
  });

  it("pairs claims whose sentences contain numbers, by their order", () => {
    const diff = compare(claiming(claim("It takes 3 MB", "holds")), claiming(claim("It takes 9 MB", "fails")));
    expect(diff.reports[0]?.claims).toEqual([
      { cell: "walks", sentence: "It takes 9 MB", before: "holds", after: "fails" },
    ]);
  });

  it("lists cells, variants and metrics of one side, and cells that fail now", () => {
    const set = samples("allocated", [1, 2]);
    const before = makeResults([
      makeCellResult("walks", [makeVariant({ size: 1 }, [set]), makeVariant({ size: 2 }, [set])]),
      makeCellResult("gone", [makeVariant({}, [set])]),
    ]);
    const after = makeResults([
      makeCellResult("walks", [makeVariant({ size: 1 }, [set, bounds(1, 2)]), makeVariant({ size: 3 }, [set])], {
        state: "failed",
      }),
      makeCellResult("new", [makeVariant({}, [set])]),
    ]);
    const diff = compare(before, after);
    expect(diff.reports[0]?.oneSided).toEqual([
      { side: "before", cell: "gone" },
      { side: "before", cell: "walks", params: { size: 2 } },
      { side: "after", cell: "walks", params: { size: 1 }, metric: "peakLive" },
      { side: "after", cell: "walks", params: { size: 3 } },
      { side: "after", cell: "new" },
    ]);
    expect(diff.reports[0]?.states).toEqual([{ cell: "walks", before: "completed", after: "failed" }]);
    expect(findFailing(diff, { worse: undefined, claims: false }).cells).toEqual(["walks"]);
  });

  it("matches reports by their folder, and single reports whatever their folder", () => {
    const named = (slug: string): ReportResults => ({ ...claiming(), report: { slug, title: slug } });
    const sides = (before: string[], after: string[]): ResultsDiff =>
      compareResults({ name: "A", reports: before.map(named) }, { name: "B", reports: after.map(named) });
    expect(sides(["a"], ["b"]).reports).toHaveLength(1);
    expect(sides(["a", "b"], ["b", "c"])).toMatchObject({
      reports: [{ slug: "b" }],
      onlyBefore: ["a"],
      onlyAfter: ["c"],
    });
  });
});

describe("--fail-on", () => {
  it("reads worse, a share, claims, and several", () => {
    expect(parseFailOn("worse")).toEqual({ worse: 0, claims: false });
    expect(parseFailOn("worse:5%")).toEqual({ worse: 0.05, claims: false });
    expect(parseFailOn("worse:2.5,claims")).toEqual({ worse: 0.025, claims: true });
    for (const wrong of ["", "bad", "worse:", "worse:x%", "worse:-5%", "worse5%"])
      expect(parseFailOn(wrong)).toBeUndefined();
  });

  it("of bounds, the least change that is certain counts", () => {
    const diff = compare(results(bounds(100, 110)), results(bounds(121, 132)));
    const failing = (worse: number): number => findFailing(diff, { worse, claims: false }).metrics.length;
    expect([failing(0), failing(0.09), failing(0.11)]).toEqual([1, 1, 0]);
  });
});

it("one line names the largest change of each cell", () => {
  const cells = (low: number, high: number): ReportResults =>
    makeResults(["walks", "rows"].map((label) => makeCellResult(label, [makeVariant({}, [bounds(low, high)])])));
  expect(summariseDiff(compare(cells(1000, 1000), cells(969, 969)))).toBe(
    "peak live memory of `walks` −3.1\u00a0%, peak live memory of `rows` −3.1\u00a0%",
  );
  expect(summariseDiff(compare(cells(1000, 1000), cells(1000, 1000)))).toBe("no metric differs");
});

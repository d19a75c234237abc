import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Comparison, compareSummaries, compareVariants } from "../../../src/analysis/compare.ts";
import { lowerBoundOverheads } from "../../../src/analysis/lower-bound-overhead.ts";
import { variantOverheads } from "../../../src/analysis/variant-overheads.ts";
import { compare, lowerBoundOverhead } from "../../../src/library/compare.ts";
import type { MetricSummary } from "../../../src/model/metrics.ts";
import type { TrialSet } from "../../../src/model/report-results.ts";
import type { ResultModule } from "../../../src/model/result-module.ts";
import type { Scalar } from "../../../src/model/values.ts";
import { toResultModule } from "../../../src/results/result-module.ts";
import { summariseTrials } from "../../../src/results/summarise-trials.ts";
import {
  makeCellResult,
  makeReading,
  makeSamples,
  makeTrial,
  makeTrialSet,
  makeVariant,
} from "../../helpers/results.ts";

type Params = Readonly<Record<string, Scalar>>;

function resultOf(variants: readonly (readonly [Params, ...TrialSet[]])[]): ResultModule {
  return toResultModule(
    makeCellResult(
      "walks",
      variants.map(([params, ...sets]) => makeVariant(params, sets)),
    ),
  );
}

const times = (...values: readonly number[]): TrialSet => makeSamples("time", "wallTime", "ms", values);
const peaks = (...values: readonly number[]): TrialSet => makeSamples("peak", "peakLive", "B", values);
const timesOf = (variants: Readonly<Record<string, readonly number[]>>): ResultModule =>
  resultOf(Object.entries(variants).map(([mode, values]) => [{ mode }, times(...values)]));

const QUICK = [10, 10.4, 9.8, 10.1, 9.9, 10.2, 10.05, 9.95];
const SLOW = [12.5, 13, 12.3, 12.6, 12.4, 12.8, 12.55, 12.45];

describe("compareVariants", () => {
  it("takes exact values for what they are, without a test", () => {
    const result = resultOf([
      [{ mode: "dropped" }, peaks(1000, 1000)],
      [{ mode: "saved" }, peaks(2500, 2500)],
      [{ mode: "shared" }, peaks(1000, 1000)],
    ]);
    const [saved, shared] = compareVariants(result, "peakLive");
    expect(saved).toMatchObject({
      params: { mode: "saved" },
      base: { mode: "dropped" },
      ratio: { value: 2.5, low: 2.5, high: 2.5, confidence: 1 },
      shift: { value: 1500, confidence: 1 },
      verdict: "higher",
      tooFewTrials: false,
    });
    expect(saved?.p).toBeUndefined();
    expect(shared).toMatchObject({ verdict: "equal", ratio: { value: 1 } });
  });

  it("finds a difference that chance does not make, with its size and interval", () => {
    const [slow] = compareVariants(timesOf({ quick: QUICK, slow: SLOW }), "wallTime");
    expect(slow?.verdict).toBe("higher");
    // 16 choose 8 is 12,870: the smallest p there is, for groups that do not overlap.
    expect(slow?.p).toBeCloseTo(2 / 12_870, 12);
    expect(slow?.superiority).toBe(1);
    expect(slow?.ratio?.value).toBeCloseTo(12.525 / 10.025, 12);
    expect(slow?.ratio).toMatchObject({ low: 12.3 / 10.4, high: 13 / 9.8, confidence: 1 - 4 / 256 });
    expect(slow?.shift.value).toBeCloseTo(2.5, 1);
  });

  it("leaves undecided what chance may have made", () => {
    const [other] = compareVariants(timesOf({ quick: QUICK, same: [...QUICK].reverse() }), "wallTime");
    expect(other).toMatchObject({ verdict: "undecided", tooFewTrials: false, correctedP: 1 });
  });

  it("finds no difference that the systematic errors of both sides can make, and finds a larger one", () => {
    const summaryOf = (samples: readonly number[], systematicError: number): MetricSummary => {
      const [summary] = summariseTrials([makeSamples("time", "wallTime", "ms", samples)]);
      if (summary === undefined) throw new Error("no summary");
      return { ...summary, systematicError };
    };
    const compareBeyond = (systematicError: number): Comparison | undefined =>
      compareSummaries([
        {
          params: {},
          base: {},
          summary: summaryOf(SLOW, systematicError),
          baseSummary: summaryOf(QUICK, systematicError),
        },
      ])[0];
    expect(compareBeyond(1)).toMatchObject({ verdict: "higher" });
    expect(compareBeyond(2)).toMatchObject({ verdict: "undecided", p: 1 });
    expect(compareBeyond(2)?.shift.low).toBeLessThan(0);
    expect(compareBeyond(2)?.ratio?.low).toBeLessThan(1);
  });

  it("corrects for the number of comparisons: what one would find, twelve may not", () => {
    const five = (from: number) => [0, 1, 2, 3, 4].map((step) => from + step);
    const one = compareVariants(timesOf({ base: five(0), other: five(100) }), "wallTime");
    expect(one[0]).toMatchObject({ verdict: "higher" });
    const many = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`v${index}`, five(100 * (index + 1))]));
    const [first] = compareVariants(timesOf({ base: five(0), ...many }), "wallTime");
    expect(first?.p).toBeCloseTo(2 / 252, 12);
    expect(first?.correctedP).toBeCloseTo((12 * 2) / 252, 12);
    expect(first).toMatchObject({ verdict: "undecided", tooFewTrials: true });
  });

  it("says where there are too few trials to decide", () => {
    const [three] = compareVariants(timesOf({ base: [1, 2, 3], other: [101, 102, 103] }), "wallTime");
    expect(three).toMatchObject({ verdict: "undecided", tooFewTrials: true, trials: [3, 3] });
    const [single] = compareVariants(timesOf({ base: [1], other: [101] }), "wallTime");
    expect(single).toMatchObject({ verdict: "undecided", tooFewTrials: true, ratio: { value: 101, confidence: 0 } });
    expect(single?.p).toBeUndefined();
  });

  it("compares at equal other parameters where the base names only some", () => {
    const variants = [20, 24].flatMap((node) =>
      [1, 2].map((size): [Params, TrialSet] => [{ node, size }, peaks(node * size, node * size)]),
    );
    const found = compareVariants(resultOf(variants), "peakLive", { base: { node: 20 } });
    expect(found.map(({ params, base, ratio }) => [params, base, ratio?.value])).toEqual([
      [{ node: 24, size: 1 }, { node: 20, size: 1 }, 1.2],
      [{ node: 24, size: 2 }, { node: 20, size: 2 }, 1.2],
    ]);
    expect(compareVariants(resultOf(variants), "peakLive")).toHaveLength(3);
  });

  it("has no ratio to nothing, but a difference", () => {
    const [row] = compareVariants(
      resultOf([
        [{ mode: "a" }, peaks(0, 0)],
        [{ mode: "b" }, peaks(48, 48)],
      ]),
      "peakLive",
    );
    expect(row).toMatchObject({ ratio: undefined, shift: { value: 48 }, verdict: "higher" });
  });

  it("names what there is where something is not", () => {
    const result = timesOf({ quick: QUICK, slow: SLOW });
    expect(() => compareVariants(result, "peakLive")).toThrow(/has no metric "peakLive"\. Available: wallTime/);
    expect(() => compareVariants(result, "wallTime", { region: "load" })).toThrow(/unknown region "load"/);
    expect(() => compareVariants(result, "wallTime", { base: { mode: "none" } })).toThrow(
      /unknown base \{"mode":"none"\}\. Available: .*"quick"/,
    );
    expect(() => compareVariants(timesOf({ quick: QUICK }), "wallTime")).toThrow(
      /nothing to compare: the base is the only variant/,
    );
    expect(() => compareVariants([], "wallTime")).toThrow(/no variants/);
  });

  it("reads a region", () => {
    const load = (value: number) => makeSamples("peak", "peakLive", "B", [value, value], "load");
    const result = resultOf([
      [{ mode: "a" }, load(10), peaks(1, 1)],
      [{ mode: "b" }, load(30), peaks(1, 1)],
    ]);
    expect(compareVariants(result, "peakLive", { region: "load" })[0]?.ratio?.value).toBe(3);
  });
});

describe("compare", () => {
  it("gives rows for a table, the base first", () => {
    const result = resultOf([
      [{ mode: "dropped", seed: 1 }, peaks(2 ** 20, 2 ** 20)],
      [{ mode: "saved", seed: 1 }, peaks(2 ** 22, 2 ** 22)],
      [{ mode: "half", seed: 1 }, peaks(2 ** 19, 2 ** 19)],
    ]);
    const base = { ratio: "1", "95 % interval": "", difference: "", p: "", verdict: "base" };
    expect(compare(result, "peakLive")).toEqual([
      { mode: "dropped", "peak live memory": "1\u00a0MiB", ...base },
      {
        mode: "saved",
        "peak live memory": "4\u00a0MiB",
        ratio: "4",
        "95 % interval": "exact",
        difference: "+3\u00a0MiB",
        p: "—",
        verdict: "4 times as much",
      },
      {
        mode: "half",
        "peak live memory": "512\u00a0KiB",
        ratio: "0.5",
        "95 % interval": "exact",
        difference: "−512\u00a0KiB",
        p: "—",
        verdict: "50\u00a0% less",
      },
    ]);
  });

  it("shows `~` where the trials do not tell, and says why if they could not", () => {
    const verdicts = (variants: Readonly<Record<string, readonly number[]>>) =>
      compare(timesOf(variants), "wallTime").map(({ verdict }) => verdict);
    expect(verdicts({ quick: QUICK, same: QUICK })).toEqual(["base", "~"]);
    expect(verdicts({ base: [1, 2, 3], other: [7, 8, 9] })).toEqual(["base", "~ (too few trials: 3)"]);
    expect(verdicts({ quick: QUICK, slow: SLOW })).toEqual(["base", "25\u00a0% more"]);
  });
});

describe("lowerBoundOverheads", () => {
  const cost = (total: number, collector: number, paired = false) => ({
    total: [total, total],
    collector: [collector, collector],
    paired,
  });
  const valuesOf = (costs: Parameters<typeof lowerBoundOverheads>[0]): (number | undefined)[] =>
    lowerBoundOverheads(costs).map((found) => found?.value);

  it.each([false, true])(
    "divides by the least distilled cost of all, as Cai et al. define it (paired: %s)",
    (paired) => {
      // Distilled costs: 80, 90 and 85. The first collector is the cheapest in all only because the third pauses longest.
      const found = lowerBoundOverheads([cost(100, 20, paired), cost(120, 30, paired), cost(125, 40, paired)]);
      expect(found.map((one) => one?.value)).toEqual([1.25, 1.5, 1.5625]);
      // Two trials a configuration: no interval of three distilled costs and a total has any confidence.
      for (const one of found) expect(one).toMatchObject({ low: one?.value, high: one?.value, confidence: 0 });
    },
  );

  it("is at least 1, does not change with the unit, and falls with no configuration that is added", () => {
    const costs = [cost(100, 20), cost(120, 30)];
    const more = valuesOf([...costs, cost(90, 30)]);
    for (const [index, value] of valuesOf(costs).entries()) {
      expect(value).toBeGreaterThanOrEqual(1);
      expect(more[index]).toBeGreaterThanOrEqual(value ?? Number.NaN);
    }
    const scaled = valuesOf(costs.map(({ total, collector }) => cost((total[0] ?? 0) * 7, (collector[0] ?? 0) * 7)));
    expect(scaled.map((value) => value?.toFixed(9))).toEqual(valuesOf(costs).map((value) => value?.toFixed(9)));
  });

  it("has an interval where trials vary, and repeats it", () => {
    const costs = [
      { total: [100, 104, 98, 101, 99], collector: [20, 22, 19, 21, 20], paired: false },
      { total: [130, 128, 133, 131, 129], collector: [10, 11, 9, 10, 10], paired: false },
    ];
    const [, second] = lowerBoundOverheads(costs);
    expect(second?.low).toBeLessThan(second?.value ?? 0);
    expect(second?.high).toBeGreaterThan(second?.value ?? 0);
    expect(lowerBoundOverheads(costs)[1]).toEqual(second);
  });

  it("distils trial by trial where both are of the same trials", () => {
    // What is left is 80 in every trial, however slow the machine was: medians of each alone would leave 100 - 30.
    const costs = [{ total: [90, 100, 180], collector: [30, 20, 100], paired: true }];
    expect(valuesOf(costs)).toEqual([100 / 80]);
    expect(valuesOf(costs.map((one) => ({ ...one, paired: false })))).toEqual([100 / 70]);
  });

  it("is given for every cost whose collector's part is less than the whole of each trial, and is at least 1", () => {
    const trial = fc.record({
      work: fc.double({ min: 0.001, max: 1e6, noNaN: true }),
      pauses: fc.double({ min: 0, max: 1e6, noNaN: true }),
    });
    const configuration = fc.array(trial, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(configuration, { minLength: 1, maxLength: 3 }), (configurations) => {
        const costs = configurations.map((trials) => ({
          total: trials.map(({ work, pauses }) => work + pauses),
          collector: trials.map(({ pauses }) => pauses),
          paired: true,
        }));
        for (const found of lowerBoundOverheads(costs)) {
          expect(found?.low).toBeGreaterThanOrEqual(1);
          expect(found?.low).toBeLessThanOrEqual((found?.value ?? 0) * (1 + 1e-12));
          expect(found?.high).toBeGreaterThanOrEqual((found?.value ?? 0) * (1 - 1e-12));
        }
      }),
      { numRuns: 20 },
    );
  });

  it("gives nothing for a cost of which the collector leaves nothing, and bounds no other by it", () => {
    expect(valuesOf([cost(10, 10)])).toEqual([undefined]);
    expect(valuesOf([cost(10, 12), cost(100, 20), cost(88, 8)])).toEqual([undefined, 1.25, 1.1]);
    expect(lowerBoundOverheads([])).toEqual([]);
  });

  it("refuses a cost without samples", () => {
    expect(() => lowerBoundOverheads([{ total: [], collector: [1], paired: false }])).toThrow(RangeError);
  });
});

describe("variantOverheads", () => {
  const timed = (wall: number, user: number, system: number): TrialSet => {
    const trial = makeTrial({
      readings: [
        makeReading("wallTime", wall, "ms"),
        makeReading("userTime", user, "ms"),
        makeReading("systemTime", system, "ms"),
      ],
    });
    return makeTrialSet("time", [trial, trial]);
  };
  const collected = (observed: number, pauses: number): TrialSet => {
    const readings = [makeReading("pauseTotal", pauses, "ms"), makeReading("observedTime", observed, "ms")];
    return makeTrialSet("gc", [makeTrial({ readings }), makeTrial({ readings })]);
  };
  const paused = (pauses: number): TrialSet => makeSamples("gc", "pauseTotal", "ms", [pauses, pauses]);

  it("bounds wall time and CPU time apart, the former by the trials that paused", () => {
    const result = resultOf([
      [{ semi: 1 }, timed(100, 140, 10), collected(110, 20)],
      [{ semi: 16 }, timed(96, 100, 5), collected(99, 5)],
    ]);
    const found = variantOverheads(result);
    expect(found.map(({ wall, cpu }) => [wall, cpu])).toMatchObject([
      [{ value: 110 / 90 }, { value: 150 / 100 }],
      [{ value: 99 / 90 }, { value: 105 / 100 }],
    ]);
    expect(lowerBoundOverhead(result)[0]).toMatchObject({ semi: 1, "wall time, at least": "1.22" });
  });

  it("takes wall time where the trials that paused have none", () => {
    const result = resultOf([
      [{ semi: 1 }, timed(100, 140, 10), paused(20)],
      [{ semi: 16 }, timed(96, 100, 5), paused(5)],
    ]);
    expect(variantOverheads(result).map(({ wall }) => wall)).toMatchObject([{ value: 100 / 80 }, { value: 96 / 80 }]);
  });

  it("says in the row what is unknown, and gives the rest", () => {
    const result = resultOf([
      [{ semi: 1 }, timed(8, 4, 1), collected(20, 10)],
      [{ semi: 16 }, timed(8, 12, 2), collected(15, 5)],
      [{ semi: 32 }],
    ]);
    const rows = lowerBoundOverhead(result);
    expect(rows.map((row) => row["wall time, at least"])).toEqual(["2", "1.5", "unknown: not measured"]);
    expect(rows.map((row) => row["CPU time, at least"])).toEqual([
      "unknown: collections took as long as the whole; measure a longer region",
      "1.56",
      "unknown: not measured",
    ]);
    expect(rows[0]?.["CPU interval"]).toBe("—");
  });

  it("asks for the probes it needs, and for no iterations", () => {
    expect(() => variantOverheads(timesOf({ quick: QUICK }))).toThrow(
      /no variant has the metric "pauseTotal"\. Add `probes: \[gc, time\]`/,
    );
    const iterated = makeSamples("time", "firstWallTime", "ms", [9]);
    expect(() => variantOverheads(resultOf([[{}, iterated, collected(9, 1)]]))).toThrow(/Measure without `iterations`/);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ratio, toEstimate } from "../../../src/library/estimate.ts";
import type { MetricSummary } from "../../../src/model/metrics.ts";
import type { Trial } from "../../../src/model/report-results.ts";
import { METRICS } from "../../../src/results/metric-catalog.ts";
import { toResultModule } from "../../../src/results/result-module.ts";
import { summariseTrials } from "../../../src/results/summarise-trials.ts";
import { makeLine, makeProfile } from "../../helpers/profiles.ts";
import {
  FAILURE,
  makeCellResult,
  makeReading,
  makeSamples,
  makeTrial,
  makeTrialSet,
  makeVariant,
} from "../../helpers/results.ts";

describe("summariseTrials", () => {
  it("is exact when all trials of a deterministic probe agree", () => {
    const [summary] = summariseTrials([makeSamples("peak", "peakLive", "B", [48, 48, 48])]);
    expect(summary).toEqual({
      id: "peakLive",
      region: "",
      label: "peak live memory",
      unit: "B",
      better: "lower",
      probe: "peak",
      mode: "exact",
      value: 48,
      low: 48,
      high: 48,
      confidence: 1,
      samples: [48, 48, 48],
    });
  });

  it("gives bounds where a line profile may be off, and widens the interval of trials that differ", () => {
    const place = { file: "walks.ts", line: 3, kind: "promise-all" as const };
    const inexact = [
      { ...place, allocatedBytes: 96, allocations: 2, liveBytes: 0 },
      { ...place, kind: "async-function" as const, allocatedBytes: 24, allocations: 0, liveBytes: 8 },
    ];
    const summariesOf = (values: readonly number[]) => {
      const trials = values.map((value) => {
        const ids = ["tracedAllocated", "tracedAllocations", "tracedLive"];
        const readings = ids.map((id) => makeReading(id, value));
        return makeTrial({ readings, lineProfiles: [makeProfile([], { inexact })] });
      });
      return summariseTrials([makeTrialSet("lines", trials)]);
    };
    expect(summariesOf([1000, 1000])).toMatchObject([
      { id: "tracedAllocated", mode: "bounds", value: 1000, low: 880, high: 1120, confidence: 1 },
      { id: "tracedAllocations", mode: "bounds", value: 1000, low: 998, high: 1002, confidence: 1 },
      { id: "tracedLive", mode: "bounds", value: 1000, low: 992, high: 1008, confidence: 1 },
    ]);
    expect(summariesOf([1000, 1010])[0]).toMatchObject({ mode: "distribution", low: 880, high: 1130, confidence: 0.5 });
  });

  it("gives median and interval when one trial differs", () => {
    const [summary] = summariseTrials([makeSamples("peak", "peakLive", "B", [48, 48, 56, 48, 40])]);
    expect(summary).toMatchObject({ mode: "distribution", value: 48, low: 40, high: 56, confidence: 0.9375 });
    expect(summary?.samples).toEqual([48, 48, 56, 48, 40]);
  });

  it.each(METRICS)("$id has label, unit and direction of the metric table, whatever a reading says", (described) => {
    const { id, label, unit, better, probe } = described;
    const readings = [{ id, region: "", value: 1, unit: "km", better: "higher" as const }];
    const [summary] = summariseTrials([makeTrialSet(probe, [makeTrial({ readings })])]);
    expect(summary).toMatchObject({ id, label, unit, better, probe });
  });

  it("never calls a time exact, even if the clock gives it twice", () => {
    expect(summariseTrials([makeSamples("time", "wallTime", "ms", [5, 5])])[0]?.mode).toBe("distribution");
  });

  it("does not call readings exact that agree without a cause", () => {
    const agreed = [makeSamples("gc", "collections", "count", [3, 3]), makeSamples("peak", "size", "B", [8, 8, 8])];
    expect(summariseTrials(agreed)).toMatchObject([
      { mode: "distribution", value: 3, low: 3, high: 3, confidence: 0.5 },
      { mode: "distribution", value: 8, low: 8, high: 8, confidence: 0.75 },
    ]);
  });

  it("does not call a single trial exact, whatever its probe", () => {
    expect(summariseTrials([makeSamples("peak", "peakLive", "B", [48])])[0]).toMatchObject({
      mode: "distribution",
      value: 48,
      confidence: 0,
    });
    const single = summariseTrials([makeSamples("gc", "collections", "count", [3])])[0];
    expect(single).toMatchObject({ mode: "distribution", value: 3, low: 3, high: 3, confidence: 0 });
  });

  it("never calls estimates from samples of allocations exact, whether trials agree or there is one", () => {
    const profile = makeProfile([], { instrumentation: { engine: "sampler", intervalBytes: 512 } });
    const readings = [makeReading("tracedAllocated", 48)];
    const sampled = makeTrial({ readings, lineProfiles: [profile] });
    for (const trials of [[sampled], [sampled, sampled]]) {
      expect(summariseTrials([makeTrialSet("lines", trials)])[0]?.mode).toBe("distribution");
    }
    const exact = makeTrial({ readings, lineProfiles: [makeProfile([])] });
    expect(summariseTrials([makeTrialSet("lines", [exact])])[0]?.mode).toBe("distribution");
    expect(summariseTrials([makeTrialSet("lines", [exact, exact])])[0]?.mode).toBe("exact");
  });

  it("widens the interval of live bytes by the systematic error that the samples of every trial have", () => {
    const trialOf = (liveBytes: number, systematicLiveBytes: number): Trial => {
      const standardError = { allocatedBytes: 0, liveBytes: 5, systematicLiveBytes };
      const lines = [makeLine(1, { liveBytes, standardError }), makeLine(2, { standardError })];
      const profile = makeProfile(lines, { instrumentation: { engine: "sampler", intervalBytes: 512 } });
      const readings = [makeReading("tracedLive", liveBytes), makeReading("tracedAllocated", liveBytes)];
      return makeTrial({ readings, lineProfiles: [profile] });
    };
    const trials = [480, 490, 470, 485, 475, 495].map((bytes) => trialOf(bytes, 40));
    const [allocated, live] = summariseTrials([makeTrialSet("lines", trials)]);
    expect(live).toMatchObject({ id: "tracedLive", low: 470 - 80, high: 495 + 80, systematicError: 80 });
    expect(allocated).toMatchObject({ id: "tracedAllocated", low: 470, high: 495 });
    expect(toEstimate(live).intervals[0]).toMatchObject({ low: 390, high: 575 });
    expect(ratio(live as MetricSummary, 100)).toMatchObject({ low: 3.9, high: 5.75 });
  });

  it("lets the last reading of one trial win", () => {
    const trial = makeTrial({
      readings: [makeReading("size", 1), makeReading("size", 2), makeReading("size", 9, "B", "build")],
    });
    const summaries = summariseTrials([makeTrialSet("time", [trial, trial])]);
    expect(summaries.map(({ region, value, samples }) => [region, value, samples])).toEqual([
      ["", 2, [2, 2]],
      ["build", 9, [9, 9]],
    ]);
  });

  it("leaves out what a failed trial read", () => {
    const failed = makeTrial({ failure: FAILURE, readings: [makeReading("peakLive", 1)] });
    const set = makeSamples("peak", "peakLive", "B", [48, 48]);
    expect(summariseTrials([{ ...set, trials: [failed, ...set.trials] }])[0]?.samples).toEqual([48, 48]);
    expect(summariseTrials([makeTrialSet("peak", [failed])])).toEqual([]);
  });

  it("takes a built-in metric from its own probe", () => {
    const sets = [makeSamples("gc", "wallTime", "ms", [900]), makeSamples("time", "wallTime", "ms", [5, 6])];
    expect(summariseTrials(sets)).toHaveLength(1);
    expect(summariseTrials(sets)[0]).toMatchObject({ probe: "time", samples: [5, 6] });
  });

  it.each([
    [
      "time",
      [
        makeSamples("output", "size", "B", [1, 1]),
        makeSamples("peak", "size", "B", [2, 2]),
        makeSamples("time", "size", "B", [3]),
      ],
    ],
    ["gc", [makeSamples("peak", "size", "B", [2, 2]), makeSamples("gc", "size", "B", [3, 3])]],
    ["output", [makeSamples("peak", "size", "B", [2, 2]), makeSamples("output", "size", "B", [1, 1])]],
    ["peak", [makeSamples("output", "size", "B", [1]), makeSamples("peak", "size", "B", [2, 2])]],
    ["output", [makeSamples("output", "size", "B", [1])]],
  ] as const)("takes a metric of the cell's own from one probe only: %s", (probe, sets) => {
    const summaries = summariseTrials(sets);
    expect(summaries.map((summary) => summary.probe)).toEqual([probe]);
  });

  it("puts built-in metrics first, in the order of the table", () => {
    const readings = [
      makeReading("zebra", 1),
      makeReading("endLive", 1),
      makeReading("apple", 1),
      makeReading("peakLive", 1),
    ];
    const summaries = summariseTrials([makeTrialSet("peak", [makeTrial({ readings })])]);
    expect(summaries.map(({ id }) => id)).toEqual(["peakLive", "endLive", "zebra", "apple"]);
  });

  it("keeps every sample, and its value between low and high", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 30 }),
        (values) => {
          const [summary] = summariseTrials([makeSamples("time", "wallTime", "ms", values)]);
          expect(summary?.samples).toEqual(values);
          expect(summary?.low).toBeLessThanOrEqual(summary?.value ?? Number.NaN);
          expect(summary?.high).toBeGreaterThanOrEqual(summary?.value ?? Number.NaN);
        },
      ),
      // Further apart than a double holds: found at random once in two thousand runs.
      { examples: [[[-2.4948003869183998e293, Number.MAX_VALUE]]] },
    );
  });
});

describe("toResultModule", () => {
  const collection = {
    region: "",
    kind: "scavenge",
    timeMs: 1,
    pauseMs: 0.5,
    usedBeforeBytes: 10,
    usedAfterBytes: 5,
    spacesBeforeBytes: {},
    spacesAfterBytes: {},
  } as const;
  const checkpoint = { region: "", name: "end", liveBytes: 5, timeMs: 2 };

  it("gives params, metrics by id, and metrics by region", () => {
    const sets = [makeSamples("peak", "peakLive", "B", [48]), makeSamples("peak", "peakLive", "B", [8], "build")];
    const variant = toResultModule(makeCellResult("walks", [makeVariant({ walks: "saved" }, sets)])).variants[0];
    expect(variant?.params).toEqual({ walks: "saved" });
    expect(variant?.metrics["peakLive"]?.value).toBe(48);
    expect(variant?.regions["build"]?.["peakLive"]?.value).toBe(8);
  });

  it("needs no region's name where there is one region, and gives nothing unnamed where there are two", () => {
    const build = makeSamples("peak", "peakLive", "B", [8], "build");
    const use = makeSamples("peak", "peakLive", "B", [9], "use");
    const metricsOf = (sets: Parameters<typeof makeVariant>[1]): object | undefined =>
      toResultModule(makeCellResult("walks", [makeVariant({}, sets)])).variants[0]?.metrics;
    expect(metricsOf([build])).toMatchObject({ peakLive: { value: 8 } });
    expect(metricsOf([build, use])).toEqual({});
    expect(metricsOf([])).toEqual({});
  });

  it("takes collections and checkpoints of the first trial that ended well", () => {
    const sets = [
      makeTrialSet("gc", [makeTrial({ failure: FAILURE }), makeTrial({ collections: [collection] }), makeTrial()]),
      makeTrialSet("peak", [makeTrial({ checkpoints: [checkpoint] })]),
    ];
    const [variant] = toResultModule(makeCellResult("walks", [makeVariant({}, sets)])).variants;
    expect(variant?.collections).toEqual([collection]);
    expect(variant?.checkpoints).toEqual([checkpoint]);
  });

  it("collects stdout and tables, the last of a name", () => {
    const table = (name: string | undefined, rows: unknown) => ({
      type: "display" as const,
      data: { "application/vnd.heapbook.table+json": { name, rows } },
    });
    const outputs = [
      { type: "stream" as const, name: "stdout" as const, text: "one\n", cutBytes: 0 },
      { type: "stream" as const, name: "stderr" as const, text: "warning\n", cutBytes: 0 },
      table(undefined, [{ a: 1 }]),
      table("sizes", [{ b: 1 }]),
      table("sizes", [{ b: 2 }, 7]),
      table("broken", "not rows"),
      { type: "stream" as const, name: "stdout" as const, text: "two\n", cutBytes: 0 },
    ];
    const [variant] = toResultModule(makeCellResult("walks", [makeVariant({}, [], { outputs })])).variants;
    expect(variant?.stdout).toBe("one\ntwo\n");
    expect(variant?.tables).toEqual({ table: [{ a: 1 }], sizes: [{ b: 2 }] });
  });

  it("holds nothing of when and where it was measured", () => {
    const sets = [makeSamples("peak", "peakLive", "B", [48])];
    const text = JSON.stringify(toResultModule(makeCellResult("walks", [makeVariant({}, sets)])));
    expect(text).not.toMatch(/measuredAt|durationMs|fingerprint|abc1234/);
  });
});

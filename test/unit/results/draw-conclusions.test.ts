import { describe, expect, it } from "vitest";
import { CONCLUSION_IDS } from "../../../src/document/conclusion-ids.ts";
import type { LineProfile } from "../../../src/model/line-profile.ts";
import type { Conclusion, ConclusionId, Failure, TrialSet } from "../../../src/model/report-results.ts";
import { drawConclusions, withoutSilenced } from "../../../src/results/draw-conclusions.ts";
import { makeProfile } from "../../helpers/profiles.ts";
import {
  FAILURE,
  makeCellResult,
  makeReading,
  makeSamples,
  makeTrial,
  makeTrialSet,
  makeVariant,
} from "../../helpers/results.ts";

const conclude = (...sets: readonly TrialSet[]) => drawConclusions(makeCellResult("walks", [makeVariant({}, sets)]));
const idsOf = (...sets: readonly TrialSet[]): string[] => conclude(...sets).map(({ id }) => id);
const times = (...values: readonly number[]): TrialSet => makeSamples("time", "wallTime", "ms", values);
const peaks = (...values: readonly number[]): TrialSet => makeSamples("peak", "checkpointLive", "B", values);
const MIB = 2 ** 20;

describe("drawConclusions", () => {
  it("has nothing to say where all is well", () => {
    expect(conclude(peaks(48, 48), times(10, 10.1, 10.2, 9.9, 10, 10.05))).toEqual([]);
    expect(conclude()).toEqual([]);
  });

  it("says nothing of variants that failed", () => {
    const variant = makeVariant({}, [peaks(48, 96)], { failure: FAILURE });
    expect(drawConclusions(makeCellResult("walks", [variant]))).toEqual([]);
  });

  it("names one conclusion of a kind for all variants, counts beyond three, and puts warnings first", () => {
    const variants = [1, 2, 3, 4, 5].map((size) => makeVariant({ size }, [peaks(1000, 1000 + size * 10), times(9)]));
    const [first, second, ...rest] = drawConclusions(makeCellResult("walks", variants));
    expect(first).toMatchObject({ id: "samples-differ", severity: "warning", label: "walks" });
    expect(first?.message).toContain("(size = 3); and 2 more");
    expect(second).toMatchObject({ id: "few-trials", severity: "note" });
    expect(rest).toEqual([]);
  });

  describe("samples-differ", () => {
    it("warns where a deterministic probe read two values, and says by how much", () => {
      const [conclusion] = conclude(peaks(10 * MIB, 10 * MIB + 102_400, 10 * MIB, 10 * MIB, 10 * MIB, 10 * MIB));
      expect(conclusion).toMatchObject({ id: "samples-differ", severity: "warning" });
      expect(conclusion?.message).toContain("live memory at checkpoints by 100\u00a0KiB or 0.98\u00a0%");
      expect(conclusion?.message).toContain("`random()`");
    });

    it("only notes what is below a thousandth", () => {
      const [conclusion] = conclude(peaks(10 * MIB, 10 * MIB + 48, 10 * MIB, 10 * MIB, 10 * MIB, 10 * MIB));
      expect(conclusion).toMatchObject({ id: "samples-differ", severity: "note" });
    });

    it("expects no agreement of collections under the cell's own flags", () => {
      expect(idsOf(makeSamples("gc", "collections", "count", [10, 11, 10, 10, 10, 10]))).toEqual([]);
    });
  });

  describe("peak-uncertain", () => {
    const search = (confidence?: number, failure: Failure | null = null): TrialSet =>
      makeTrialSet("bracket", [
        makeTrial({
          failure,
          readings: [
            { ...makeReading("peakLow", MIB), ...(confidence === undefined ? {} : { confidence }) },
            { ...makeReading("peakHigh", 2 * MIB), ...(confidence === undefined ? {} : { confidence }) },
          ],
        }),
      ]);

    it("notes peaks that differ between processes", () => {
      const [conclusion] = conclude(search(0.96875));
      expect(conclusion).toMatchObject({ id: "peak-uncertain", severity: "note" });
      expect(conclusion?.message).toContain("peak live memory 1 to 2\u00a0MiB, not the same in every process");
    });

    it("warns where the search failed", () => {
      const [conclusion] = conclude(search(undefined, FAILURE));
      expect(conclusion).toMatchObject({ id: "peak-uncertain", severity: "warning" });
    });

    it("names the cause that ended the search, and a remedy of that cause only", () => {
      const [slow] = conclude(search(undefined, { kind: "timeout", timeoutMs: 60_000 }));
      expect(slow?.message).toBe(
        "The peak has no certain bounds: the search ended before it had found it (Stopped after 1\u00a0min). A search that ended early needs a longer `timeout` or a larger heap.",
      );
      const [signal] = conclude(search(undefined, { kind: "signal", signal: "SIGSEGV" }));
      expect(signal?.message).toMatch(/^The peak has no certain bounds: the search ended .* \(.*SIGSEGV.*\)\.$/);
      const [varying] = conclude(search(0.96875));
      expect(varying?.message).toContain("random numbers without a seed");
      expect(varying?.message).not.toContain("timeout");
    });

    it("warns where no process met the peak whose lines the cell asks for", () => {
      const [conclusion] = conclude(search(), makeTrialSet("at-peak", [makeTrial()]));
      expect(conclusion).toMatchObject({ id: "peak-uncertain", severity: "warning" });
      expect(conclusion?.message).toContain("what was alive then is not known");
    });

    it("says nothing about bounds that hold for certain", () => {
      expect(conclude(search())).toEqual([]);
    });
  });

  describe("observer-cost", () => {
    const observed = (...values: readonly number[]): TrialSet => makeSamples("gc", "observedTime", "ms", values);
    const alone = [100, 101, 102, 100.5, 101.5, 99.5];
    const slower = (factor: number): number[] => alone.map((value) => value * factor);

    it("notes more than 1 %, and warns above 5 %", () => {
      const [note] = conclude(times(...alone), observed(...slower(1.04)));
      expect(note).toMatchObject({ id: "observer-cost", severity: "note" });
      expect(note?.message).toContain("is 1.04 times the time without recording (interval 1.0");
      expect(conclude(times(...alone), observed(...slower(1.2)))).toMatchObject([{ severity: "warning" }]);
    });

    it("says nothing where chance may have made it, or where the time is of iterations", () => {
      expect(conclude(times(...alone), observed(...slower(1.005)))).toEqual([]);
      expect(idsOf(times(100, 102, 101), observed(104, 106, 105))).toEqual(["few-trials"]);
      const first = makeSamples("time", "firstWallTime", "ms", alone);
      expect(conclude(times(...alone), first, observed(...slower(9)))).toEqual([]);
    });
  });

  describe("first-trial-slow", () => {
    it("warns where the first of the trials is out of line, and above all others", () => {
      const conclusions = conclude(times(19, 10, 10.2, 9.9, 10.1, 10));
      expect(conclusions.map(({ id }) => id)).toEqual(["first-trial-slow"]);
      expect(conclusions[0]?.message).toContain("wall time 19\u00a0ms, other trials 9.9 to 10.2\u00a0ms");
    });

    it("does not where the first is quick, or only a little slow", () => {
      expect(idsOf(times(5, 10, 10.2, 9.9, 10.1, 10))).toEqual(["outliers"]);
      expect(idsOf(times(10.6, 10, 10.2, 9.9, 10.1, 10))).toEqual([]);
    });
  });

  describe("outliers", () => {
    it("notes them with the rule that found them", () => {
      const [conclusion] = conclude(times(10, 10.2, 31, 9.9, 10.1, 10));
      expect(conclusion).toMatchObject({ id: "outliers", severity: "note" });
      expect(conclusion?.message).toContain(
        "wall time in 1 of 6 trials. An outlier is more than 10 robust standard deviations",
      );
    });

    it("needs five trials, a tenth of the median, and a metric that is not a part of another", () => {
      expect(idsOf(times(10, 10, 10, 50))).toEqual(["few-trials"]);
      expect(idsOf(times(10, 10, 10, 10.9, 10, 10))).toEqual([]);
      expect(idsOf(makeSamples("time", "systemTime", "ms", [0, 4, 0, 0, 0, 40]))).toEqual([]);
      expect(idsOf(makeSamples("gc", "freed", "B", [MIB, MIB, MIB, MIB, MIB, 2 * MIB]))).toEqual([]);
      expect(idsOf(makeSamples("output", "words", "count", [10, 10, 10, 11, 10, 50]))).toEqual(["outliers"]);
    });
  });

  describe("lines-outside", () => {
    const traced = (...outside: LineProfile["outside"]): TrialSet => {
      const lineProfiles = ["", "inner"].map((region) => makeProfile([], { region, outside }));
      return makeTrialSet("lines", [makeTrial({ lineProfiles })]);
    };

    it("names each place once, whichever regions there are", () => {
      const [conclusion, ...others] = conclude(
        traced({ file: "report.md", line: 12, kind: "direct-eval" }, { file: "pool.ts", line: 3, kind: "worker" }),
      );
      expect(others).toEqual([]);
      expect(conclusion).toMatchObject({ id: "lines-outside", severity: "note" });
      expect(conclusion?.message).toMatch(/^[^:]+: `eval` at report\.md:12; `new Worker` at pool\.ts:3\. /);
    });

    it("is not drawn where markers reach everything", () => {
      expect(idsOf(traced())).toEqual([]);
    });
  });

  describe("few-collections", () => {
    it("notes fewer than five", () => {
      const [conclusion] = conclude(makeSamples("gc", "collections", "count", [4, 4]));
      expect(conclusion).toMatchObject({ id: "few-collections", severity: "note" });
      expect(conclusion?.message).toMatch(/^Few garbage collections: 4\. /);
      expect(idsOf(makeSamples("gc", "collections", "count", [5, 5]))).toEqual([]);
    });
  });

  describe("heap-limit-near", () => {
    const used = (usedBeforeBytes: number): TrialSet => {
      const collection = {
        region: "",
        kind: "scavenge",
        timeMs: 1,
        pauseMs: 0.5,
        usedBeforeBytes,
        usedAfterBytes: 5,
        spacesBeforeBytes: {},
        spacesAfterBytes: {},
      } as const;
      const { limits } = makeTrial();
      const near = limits === null ? null : { ...limits, heapSizeLimitBytes: 100 * MIB };
      return makeTrialSet("gc", [makeTrial({ collections: [collection], limits: near })]);
    };

    it("warns within a tenth of the limit, with both", () => {
      const [conclusion] = conclude(used(90 * MIB));
      expect(conclusion).toMatchObject({ id: "heap-limit-near", severity: "warning" });
      expect(conclusion?.message).toContain("90\u00a0MiB of 100\u00a0MiB");
      expect(conclude(used(90 * MIB - 1))).toEqual([]);
    });
  });

  describe("few-trials", () => {
    it("notes an interval that is only the range, and a single trial that has none", () => {
      const few = conclude(times(10, 10.1, 10.2, 10, 9.9));
      expect(few).toMatchObject([{ id: "few-trials", severity: "note" }]);
      expect(few[0]?.message).toContain("Only 5 trials: the confidence intervals are the whole range");
      expect(conclude(times(10))[0]?.message).toMatch(/^Only 1 trial: the variation between trials is unknown/);
    });

    it("has nothing against exact values, and against a cell that only shows a number", () => {
      expect(conclude(peaks(48, 48))).toEqual([]);
      expect(conclude(makeSamples("output", "size", "B", [48]))).toEqual([]);
    });
  });

  it("warns of work that goes on after the region that began it, where something is measured", () => {
    const unfinishedWork = [{ region: "walks", kinds: ["Timeout", "TCPServerWrap"] }];
    const output = makeTrialSet("output", [makeTrial({ unfinishedWork })]);
    const [conclusion, ...others] = conclude(output, makeTrialSet("gc", [makeTrial()]));
    expect(others).toEqual([]);
    expect(conclusion).toMatchObject({ id: "work-after-region", severity: "warning" });
    expect(conclusion?.message).toContain("region `walks` (Timeout, TCPServerWrap)");
    expect(conclude(output)).toEqual([]);
  });

  it("warns of memory that the metrics do not contain, where the heap is measured", () => {
    const output = makeTrialSet("output", [makeTrial({ unseenMemory: ["worker-threads", "webassembly"] })]);
    const [conclusion, ...others] = conclude(output, makeTrialSet("peak", [makeTrial(), makeTrial()]));
    expect(others).toEqual([]);
    expect(conclusion).toMatchObject({ id: "unseen-memory", severity: "warning" });
    expect(conclusion?.message).toContain("heaps of worker threads; memories of WebAssembly");
    expect(conclude(output)).toEqual([]);
  });

  it("notes once what is known of a flag, and nothing of what a probe adds", () => {
    const output = makeTrialSet("output", [makeTrial()], { flags: ["--gc-interval=100", "--expose-gc"] });
    const peak = makeTrialSet("peak", [makeTrial()], { flags: ["--single-threaded-gc"] });
    const variants = [makeVariant({ a: 1 }, [output, peak]), makeVariant({ a: 2 }, [output, peak])];
    const conclusions = drawConclusions(makeCellResult("walks", variants));
    expect(conclusions).toMatchObject([{ id: "flag", severity: "warning", label: "walks" }]);
    expect(conclusions[0]?.message).toMatch(/^`--gc-interval=100` does nothing/);
  });
});

/** All ids: the compiler demands each of them. */
const EVERY_ID: Readonly<Record<ConclusionId, true>> = {
  flag: true,
  "work-after-region": true,
  "unseen-memory": true,
  "samples-differ": true,
  "peak-uncertain": true,
  "heap-limit-near": true,
  "observer-cost": true,
  "first-trial-slow": true,
  outliers: true,
  "few-collections": true,
  "few-trials": true,
  "lines-outside": true,
};

describe("withoutSilenced", () => {
  const conclusions = conclude(peaks(10, 20), times(1, 2, 3));

  it("removes all conclusions, or those with the given ids", () => {
    expect(conclusions.map(({ id }) => id)).toEqual(["samples-differ", "few-trials"]);
    expect(withoutSilenced(conclusions, "all")).toEqual([]);
    expect(withoutSilenced(conclusions, ["few-trials"]).map(({ id }) => id)).toEqual(["samples-differ"]);
    expect(withoutSilenced(conclusions, [])).toEqual(conclusions);
  });

  it.each(Object.keys(EVERY_ID) as ConclusionId[])(
    "can silence %s by an id that the option `silence` accepts",
    (id) => {
      const one: Conclusion = { id, severity: "note", label: "walks", message: "" };
      expect(CONCLUSION_IDS).toContain(id);
      expect(withoutSilenced([one], [id])).toEqual([]);
      expect(
        withoutSilenced(
          [one],
          CONCLUSION_IDS.filter((other) => other !== id),
        ),
      ).toEqual([one]);
    },
  );
});

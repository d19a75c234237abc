import { describe, expect, it } from "vitest";
import type { MetricReading } from "../../../../src/model/metrics.ts";
import type { VariantResult } from "../../../../src/model/report-results.ts";
import { tabulateMetrics } from "../../../../src/render/components/metrics-table.ts";
import { makeReading, makeTrial, makeTrialSet, makeVariant } from "../../../helpers/results.ts";

const MIB = 2 ** 20;
const read = (...readings: MetricReading[]) => makeTrial({ readings });
/** A region with a reading at its end, and a search for its peak. */
const peak = (region: string, end: number, low: number, high: number, confidence?: number): VariantResult => {
  const uncertain = confidence === undefined ? {} : { confidence };
  const bound = (id: string, bytes: number) => ({ ...makeReading(id, bytes, "B", region), ...uncertain });
  return makeVariant({}, [
    makeTrialSet(
      "peak",
      [1, 2].map(() => read(makeReading("endLive", end * MIB, "B", region))),
    ),
    makeTrialSet("bracket", [read(bound("peakLow", low * MIB), bound("peakHigh", high * MIB))]),
  ]);
};

describe("tabulateMetrics", () => {
  it("shows a peak with its bounds, and does not count the trial of the search", () => {
    const table = tabulateMetrics([peak("walks", 2, 3, 6)]);
    expect(table?.rows).toEqual([
      [{ text: "peak live memory (walks)" }, { text: "3\u00a0MiB", note: "3 to 6\u00a0MiB" }],
      [{ text: "live memory at the end (walks)" }, { text: "2\u00a0MiB" }],
    ]);
    expect(table?.caption).toBe(
      "Medians of 2 trials; all trials agree. A peak lies between its bounds, found by a search over processes of their own.",
    );
  });

  it("says where a search for the peak gave no bounds", () => {
    const unbound = { ...peak("", 2, 3, 6), metrics: peak("", 2, 3, 6).metrics.filter(({ id }) => id === "endLive") };
    const [row] = tabulateMetrics([peak("", 2, 3, 6), unbound])?.rows ?? [];
    expect(row?.map(({ text }) => text)).toEqual(["peak live memory", "3\u00a0MiB", "not bound"]);
  });

  it("has a row about memory outside of the heap where a variant has any", () => {
    const variant = (bytes: number): VariantResult =>
      makeVariant({ bytes }, [
        makeTrialSet("peak", [read(makeReading("endLive", MIB), makeReading("endExternal", bytes))]),
      ]);
    expect(tabulateMetrics([variant(0)])?.rows.map(([title]) => title?.text)).toEqual(["live memory at the end"]);
    expect(tabulateMetrics([variant(0), variant(-MIB)])?.rows.at(-1)).toEqual([
      { text: "live memory at the end, outside of the heap" },
      { text: "0\u00a0B" },
      { text: "−1\u00a0MiB" },
    ]);
  });

  it("shows no bounds where they are the same to the digits of the table", () => {
    const [row] = tabulateMetrics([peak("", 2, 3, 3.0001)])?.rows ?? [];
    expect(row).toEqual([{ text: "peak live memory" }, { text: "3\u00a0MiB" }]);
  });

  it("gives an interval the digits that its ends need to differ", () => {
    const times = [1.20031, 1.20033, 1.20034, 1.20035, 1.20036, 1.20038];
    const trials = times.map((time) => read(makeReading("wallTime", time, "ms")));
    const [row] = tabulateMetrics([makeVariant({}, [makeTrialSet("time", trials)])])?.rows ?? [];
    expect(row?.[1]).toEqual({ text: "1.20\u00a0ms", note: "1.2003 to 1.2004\u00a0ms" });
  });

  it("says how sure the bounds of a peak are that differs between processes", () => {
    expect(tabulateMetrics([peak("", 2, 3, 6, 0.96875)])?.caption).toContain(
      "Where it differs between processes, they do with 96.9\u00a0% confidence.",
    );
  });

  const timed = (note: string): VariantResult =>
    makeVariant({ note }, [makeTrialSet("allocated", [read({ ...makeReading("allocated", MIB), note })])]);

  it("states the condition of a metric in its title, or with each variant when conditions differ", () => {
    const [same] = tabulateMetrics([timed("cold"), timed("cold")])?.rows ?? [];
    expect(same).toEqual([{ text: "allocated memory, cold" }, { text: "1\u00a0MiB" }, { text: "1\u00a0MiB" }]);
    const [apart] = tabulateMetrics([timed("cold"), timed("warm")])?.rows ?? [];
    expect(apart).toEqual([
      { text: "allocated memory" },
      { text: "1\u00a0MiB", note: "cold" },
      { text: "1\u00a0MiB", note: "warm" },
    ]);
  });
});

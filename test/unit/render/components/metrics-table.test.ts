import { describe, expect, it } from "vitest";
import type { MetricReading } from "../../../../src/model/metrics.ts";
import type { VariantResult } from "../../../../src/model/report-results.ts";
import { tabulateMetrics } from "../../../../src/render/components/metrics-table.ts";
import { makeReading, makeTrial, makeTrialSet, makeVariant } from "../../../helpers/results.ts";

const MIB = 2 ** 20;
const read = (...readings: MetricReading[]) => makeTrial({ readings });
const peak = (region: string, live: number, low: number, high: number): VariantResult =>
  makeVariant({}, [
    makeTrialSet(
      "peak",
      [1, 2].map(() => read(makeReading("peakLive", live * MIB, "B", region))),
    ),
    makeTrialSet("bracket", [
      read(makeReading("peakLow", low * MIB, "B", region), makeReading("peakHigh", high * MIB, "B", region)),
    ]),
  ]);

describe("tabulateMetrics", () => {
  it("shows the bracket in the row of its peak, and does not count its trial", () => {
    const table = tabulateMetrics([peak("walks", 4, 3, 6)]);
    expect(table?.rows).toEqual([
      [{ text: "peak live memory (walks)" }, { text: "4\u00a0MiB", note: "bracket 3 to 6\u00a0MiB" }],
    ]);
    expect(table?.caption).toBe(
      "Medians of 2 trials; all trials agree. A bracket contains the true peak; it comes from one separate trial.",
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

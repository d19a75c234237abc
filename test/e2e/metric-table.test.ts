import { describe, expect, it } from "vitest";
import { searchMinHeap } from "../../src/experiment/min-heap-search.ts";
import { searchPeak } from "../../src/experiment/peak-search.ts";
import type { ProbeName } from "../../src/model/probes.ts";
import type { Trial } from "../../src/model/report-results.ts";
import { processExecutor } from "../../src/process/run-trial.ts";
import { METRICS } from "../../src/results/metric-catalog.ts";
import { summariseTrials } from "../../src/results/summarise-trials.ts";
import { expectBare, expectFromTable } from "../helpers/metric-table.ts";
import { makeTrialSet } from "../helpers/results.ts";
import { traceCell } from "../helpers/traced-runner.ts";
import { prepareCell, runCell } from "../helpers/trial-runner.ts";

// The metric table is the only source of a built-in metric's unit and direction: real trials of every probe are compared with it.

const CODE = `import { measure } from "heapbook";
measure(() => Array.from({ length: 20_000 }, (_, i) => ({ i })), { iterations: 2 });`;

interface ProbeRun {
  readonly name: string;
  readonly probe: ProbeName;
  readonly run: () => Promise<Trial>;
  /** Metrics of the probe that this way of measuring does not give. */
  readonly missing?: readonly string[];
  /** Metrics of other probes that follow from its readings. */
  readonly derived?: readonly string[];
}

async function findMinHeap(): Promise<Trial> {
  const spec = await prepareCell("export {};", { probe: "min-heap" });
  return searchMinHeap(processExecutor, spec, new AbortController().signal);
}

async function findPeak(): Promise<Trial> {
  const spec = await prepareCell(CODE, { probe: "bracket" });
  return searchPeak(processExecutor, spec, new AbortController().signal);
}

const RUNS: readonly ProbeRun[] = [
  ...(["allocated", "gc", "time"] as const).map(
    (probe): ProbeRun => ({ name: probe, probe, run: () => runCell(CODE, { probe }) }),
  ),
  // The peak is searched for in processes of its own.
  { name: "peak", probe: "peak", run: () => runCell(CODE, { probe: "peak" }), missing: ["peakLive"] },
  { name: "bracket", probe: "bracket", run: findPeak, derived: ["peakLive"] },
  { name: "lines by the tracker", probe: "lines", run: () => traceCell(CODE) },
  {
    name: "lines by the meter",
    probe: "lines",
    run: () => traceCell(CODE, { engine: "meter" }),
    missing: ["tracedLive"],
  },
  { name: "lines by the sampler", probe: "lines", run: () => traceCell(CODE, { sample: 512 }) },
  { name: "min-heap", probe: "min-heap", run: findMinHeap },
];

describe("metrics of real trials", () => {
  it.each(RUNS)(
    "$name: every metric of the probe, as the table describes it",
    async ({ probe, run, missing = [], derived = [] }) => {
      const trial = await run();
      expect(trial.failure).toBeNull();
      trial.readings.forEach(expectBare);
      const summaries = summariseTrials([makeTrialSet(probe, [trial])]);
      summaries.forEach(expectFromTable);
      const expected = METRICS.filter((metric) => metric.probe === probe && !missing.includes(metric.id));
      expect(summaries.map(({ id }) => id).sort()).toEqual([...expected.map(({ id }) => id), ...derived].sort());
    },
  );

  it("a metric of the cell's own has the unit and the direction that the cell gave it", async () => {
    const trial = await runCell(
      `import { metric } from "heapbook"; metric("speed", 3, { unit: "m/s", better: "higher" }); metric("steps", 4);`,
    );
    const summaries = summariseTrials([makeTrialSet("output", [trial])]);
    expect(summaries).toMatchObject([
      { id: "speed", label: "speed", unit: "m/s", better: "higher" },
      { id: "steps", label: "steps", unit: "count", better: "neither" },
    ]);
  });
});

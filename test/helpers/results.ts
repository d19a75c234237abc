import type { MetricReading } from "../../src/model/metrics.ts";
import type { ProbeName } from "../../src/model/probes.ts";
import {
  type CellResult,
  type Environment,
  type Failure,
  type ReportResults,
  SCHEMA_VERSION,
  type Trial,
  type TrialSet,
  type VariantResult,
} from "../../src/model/report-results.ts";
import type { Scalar } from "../../src/model/values.ts";
import { describeMetric } from "../../src/results/metric-catalog.ts";
import { summariseTrials } from "../../src/results/summarise-trials.ts";

// Results made by hand: small builders with everything that a test does not care about filled in.

export const ENVIRONMENT: Environment = {
  heapbook: "0.1.0",
  node: "20.20.2",
  v8: "11.3.244.8-node.30",
  platform: "linux",
  arch: "x64",
  osRelease: "6.18.44",
  cpuModel: "AMD EPYC",
  cores: 2,
  memoryBytes: 8 * 2 ** 30,
  memoryLimitBytes: null,
  commit: "abc1234",
  measuredAt: "2026-11-22T10:00:00.000Z",
};

export const FAILURE: Failure = { kind: "exit-code", exitCode: 3 };

/** A reading as a process sends it: only a metric of the cell's own carries unit and direction. */
export function makeReading(id: string, value: number, unit = "B", region = ""): MetricReading {
  return describeMetric(id) === undefined ? { id, region, value, unit, better: "lower" } : { id, region, value };
}

export function makeTrial(changes: Partial<Trial> = {}): Trial {
  return {
    failure: null,
    durationMs: 12,
    limits: { heapSizeLimitBytes: 2 ** 31, semiSpaceStartBytes: 2 ** 20, semiSpaceLimitBytes: 2 ** 24 },
    outputs: [],
    readings: [],
    collections: [],
    checkpoints: [],
    regionHeaps: [],
    lineProfiles: [],
    unfinishedWork: [],
    reads: [],
    ...changes,
  };
}

export function makeTrialSet(probe: ProbeName, trials: readonly Trial[], changes: Partial<TrialSet> = {}): TrialSet {
  return { probe, fingerprint: "ab".repeat(32), flags: ["--expose-gc"], environment: ENVIRONMENT, trials, ...changes };
}

/** A set of trials, each with one reading of one metric. */
export function makeSamples(
  probe: ProbeName,
  id: string,
  unit: string,
  values: readonly number[],
  region = "",
): TrialSet {
  return makeTrialSet(
    probe,
    values.map((value) => makeTrial({ readings: [makeReading(id, value, unit, region)] })),
  );
}

/** A variant with its metrics summed up from its trials. */
export function makeVariant(
  params: Readonly<Record<string, Scalar>>,
  trialSets: readonly TrialSet[],
  changes: Partial<VariantResult> = {},
): VariantResult {
  return { params, trialSets, metrics: summariseTrials(trialSets), failure: null, outputs: [], ...changes };
}

export function makeCellResult(
  label: string,
  variants: readonly VariantResult[],
  changes: Partial<CellResult> = {},
): CellResult {
  return { label, language: "ts", state: "completed", blockedBy: [], variants, conclusions: [], ...changes };
}

export function makeResults(cells: readonly CellResult[], changes: Partial<ReportResults> = {}): ReportResults {
  return { schemaVersion: SCHEMA_VERSION, report: { slug: "test", title: "Test" }, params: {}, cells, ...changes };
}

import { medianInterval, widen } from "../analysis/order-statistics.ts";
import { median } from "../analysis/statistics.ts";
import type { MetricReading, MetricSummary } from "../model/metrics.ts";
import type { ProbeName } from "../model/probes.ts";
import type { Trial, TrialSet } from "../model/report-results.ts";
import { describeMetric, METRICS } from "./metric-catalog.ts";
import { summarisePeaks } from "./summarise-peak.ts";

/** Probes whose flags make V8 deterministic, so that every trial has the same value. */
export const EXACT_PROBES: ReadonlySet<ProbeName> = new Set<ProbeName>(["peak", "bracket", "lines", "at-peak"]);

/** Units of clocks and shares. Equal readings in these units only show the clock's resolution or rounding. */
const INEXACT_UNITS = new Set(["ns", "µs", "us", "ms", "s", "min", "h", "%"]);

/**
 * Rank of each probe as the source of a cell's own metrics; 1 is best. Probes that leave V8 unchanged come before
 * probes that control it. A single `output` trial ranks last, because it is not a measurement.
 */
const OWN_METRIC_RANK: Readonly<Record<ProbeName, number>> = {
  time: 1,
  gc: 2,
  output: 3,
  peak: 4,
  allocated: 5,
  lines: 6,
  bracket: 7,
  "at-peak": 8,
  "min-heap": 9,
};

/** The readings of one metric in one region under one probe, one for each trial. */
interface Series {
  readonly reading: MetricReading;
  readonly probe: ProbeName;
  readonly samples: number[];
  /** Whether the readings are estimates from sampled allocations. Trials of such readings agree only by chance. */
  readonly isEstimated: boolean;
  /** Largest systematic error of the readings, in their unit. */
  systematicError: number;
  /** Most by which the readings may be off, in their unit, because of code that is counted inexactly. */
  errorBound: number;
}

/** Whether a trial estimated its line profile from sampled allocations, which differ in each trial. */
export function samplesAllocations({ lineProfiles }: Trial): boolean {
  return lineProfiles.some(({ instrumentation }) => instrumentation.engine === "sampler");
}

/**
 * Largest systematic error of a reading, in bytes: the sum over all lines for `tracedLive`, which is the sum of their
 * live bytes; 0 for other metrics.
 */
function systematicErrorOf({ id, region }: MetricReading, { lineProfiles }: Trial): number {
  if (id !== "tracedLive") return 0;
  const lines = lineProfiles.find((profile) => profile.region === region)?.lines ?? [];
  return lines.reduce((sum, { standardError }) => sum + (standardError?.systematicLiveBytes ?? 0), 0);
}

/** By how much a line profile may be off in a metric, at most, in the metric's unit (`inexact`); 0 for other metrics. */
function errorBoundOf({ id, region }: MetricReading, { lineProfiles }: Trial): number {
  const inexact = lineProfiles.find((profile) => profile.region === region)?.inexact ?? [];
  const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);
  switch (id) {
    case "tracedAllocated":
      return sum(inexact.map(({ allocatedBytes }) => allocatedBytes));
    case "tracedAllocations":
      return sum(inexact.map(({ allocations }) => allocations));
    case "tracedLive":
      return sum(inexact.map(({ liveBytes }) => liveBytes));
    default:
      return 0;
  }
}

/**
 * Summarises the trials of one variant: one summary for each metric and region.
 *
 * - Failed trials are ignored: their readings cover an unknown part of the run.
 * - Of several readings of a metric in one region of one trial, the last counts: `metric()` sets a value.
 * - A built-in metric is taken from its own probe. Its label, unit and direction come from the metric table.
 * - A cell's own metric has readings under every probe. It is taken from one probe only, so that no summary mixes
 *   flags: `time`, else `gc`, else `output` with several trials, else `peak`, else another probe (`OWN_METRIC_RANK`),
 *   else a single `output` trial.
 * - Mode `exact`: a built-in metric in bytes or counts, of a deterministic probe without sampling, equal in two trials
 *   or more.
 * - Mode `bounds`: a peak (summarise-peak.ts), and what would be exact, of a line profile with code that is counted
 *   inexactly (`inexact`).
 * - Mode `distribution`: all others, as median and order-statistic interval. If their readings agree by luck, the
 *   interval is a single value, with the confidence of that number of trials (50 % for 2, 96.9 % for 6). A systematic
 *   error, which all trials share, widens the interval.
 *
 * Built-in metrics come first, in the order of the metric table, then the others in the order of their first reading.
 */
export function summariseTrials(sets: readonly TrialSet[]): MetricSummary[] {
  const byMetric = new Map<string, Map<ProbeName, Series>>();
  for (const set of sets) {
    for (const trial of set.trials) {
      if (trial.failure !== null) continue;
      for (const [key, reading] of lastReadings(trial.readings)) {
        const own = describeMetric(reading.id);
        if (own !== undefined && own.probe !== set.probe) continue;
        const byProbe = byMetric.get(key) ?? new Map<ProbeName, Series>();
        byMetric.set(key, byProbe);
        const series = byProbe.get(set.probe) ?? {
          reading,
          probe: set.probe,
          samples: [],
          isEstimated: own !== undefined && samplesAllocations(trial),
          systematicError: 0,
          errorBound: 0,
        };
        byProbe.set(set.probe, series);
        series.samples.push(reading.value);
        series.systematicError = Math.max(series.systematicError, systematicErrorOf(reading, trial));
        series.errorBound = Math.max(series.errorBound, errorBoundOf(reading, trial));
      }
    }
  }
  const chosen = [...byMetric.values()].flatMap((byProbe) => bestSeries(byProbe) ?? []);
  const summaries = chosen.map(summariseSeries);
  const peaks = summarisePeaks(summaries, (region) => peakConfidence(sets, region));
  const isSearched = ({ id, region }: MetricSummary): boolean =>
    id === "peakLive" && peaks.some((peak) => peak.region === region);
  return [...peaks, ...summaries.filter((summary) => !isSearched(summary))].sort((a, b) => rank(a.id) - rank(b.id));
}

/** Smallest confidence, 0…1, of the bounds of a region's peak; 1 if every process has the same peak. */
function peakConfidence(sets: readonly TrialSet[], region: string): number {
  const trials = sets.flatMap((set) => (set.probe === "bracket" ? set.trials : []));
  const readings = trials.flatMap((trial) => trial.readings.filter((reading) => reading.region === region));
  return Math.min(1, ...readings.flatMap(({ confidence }) => confidence ?? []));
}

function lastReadings(readings: readonly MetricReading[]): ReadonlyMap<string, MetricReading> {
  return new Map(readings.map((reading) => [JSON.stringify([reading.id, reading.region]), reading]));
}

function bestSeries(byProbe: ReadonlyMap<ProbeName, Series>): Series | undefined {
  const ordered = [...byProbe.values()].sort((a, b) => OWN_METRIC_RANK[a.probe] - OWN_METRIC_RANK[b.probe]);
  return ordered.find(({ probe, samples }) => probe !== "output" || samples.length > 1) ?? ordered[0];
}

function summariseSeries({ reading, probe, samples, isEstimated, systematicError, errorBound }: Series): MetricSummary {
  const { id, region, note } = reading;
  const builtIn = describeMetric(id);
  // A cell gives unit and direction of its own metrics with each reading; for built-in metrics only the table has them.
  const { label, unit, better } = builtIn ?? {
    label: id,
    unit: reading.unit ?? "count",
    better: reading.better ?? "neither",
  };
  const noted = note === undefined ? {} : { note };
  const common = { id, region, label, unit, better, probe, samples, ...noted };
  const agree = samples.every((sample) => sample === samples[0]);
  const mustRepeat = builtIn !== undefined && EXACT_PROBES.has(probe) && !isEstimated && !INEXACT_UNITS.has(unit);
  if (mustRepeat && agree && samples.length > 1) {
    const value = median(samples);
    const [low, high] = [value - errorBound, value + errorBound];
    return { ...common, mode: low === high ? "exact" : "bounds", value, low, high, confidence: 1 };
  }
  const error = Math.max(systematicError, errorBound);
  const { low, high, confidence } = widen(medianInterval(samples), error);
  const systematic = error === 0 ? {} : { systematicError: error };
  return { ...common, mode: "distribution", value: median(samples), low, high, confidence, ...systematic };
}

const order = new Map(METRICS.map((metric, index) => [metric.id, index]));

/** Position in the metric table. A cell's own metrics come after all of them; the stable sort keeps their order. */
function rank(id: string): number {
  return order.get(id) ?? METRICS.length;
}

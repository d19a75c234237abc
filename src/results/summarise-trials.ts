import { medianInterval, widen } from "../analysis/order-statistics.ts";
import { median } from "../analysis/statistics.ts";
import type { MetricReading, MetricSummary } from "../model/metrics.ts";
import type { ProbeName } from "../model/probes.ts";
import type { Trial, TrialSet } from "../model/report-results.ts";
import { describeMetric, METRICS } from "./metric-catalog.ts";
import { summarisePeaks } from "./summarise-peak.ts";

/** Probes whose flags make V8 deterministic, so that every trial has the same value. */
export const EXACT_PROBES: ReadonlySet<ProbeName> = new Set<ProbeName>(["peak", "bracket", "lines", "at-peak"]);

/** Units of clocks and shares: equal readings are an effect of the clock's resolution or of rounding. */
const INEXACT_UNITS = new Set(["ns", "µs", "us", "ms", "s", "min", "h", "%"]);

/**
 * How well a probe's trials suit a cell's own metrics: 1 is best. Probes that leave V8 as it is come before probes that control
 * it. A single `output` trial comes last, because it shows the cell and does not measure it.
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
  /** Whether the readings are estimates from sampled allocations, whose trials agree only by chance. */
  readonly isEstimated: boolean;
  /** Largest systematic error of the readings, in their unit. */
  systematicError: number;
}

/** Whether a trial estimated its line profile from sampled allocations. Each trial takes different samples. */
export function samplesAllocations({ lineProfiles }: Trial): boolean {
  return lineProfiles.some(({ instrumentation }) => instrumentation.engine === "sampler");
}

/** Largest systematic error of a reading: those of all lines together, where the reading is the sum of their live bytes. */
function systematicErrorOf({ id, region }: MetricReading, { lineProfiles }: Trial): number {
  if (id !== "tracedLive") return 0;
  const lines = lineProfiles.find((profile) => profile.region === region)?.lines ?? [];
  return lines.reduce((sum, { standardError }) => sum + (standardError?.systematicLiveBytes ?? 0), 0);
}

/**
 * Summarises the trials of one variant: one summary for each metric and region.
 *
 * - Failed trials do not count: their readings cover an unknown part of the run.
 * - Of several readings of a metric in one region of one trial, the last counts: `metric()` sets a value.
 * - A built-in metric is taken from its own probe, and has label, unit and direction from the metric table. A cell's own
 *   metric has readings under every probe; it is taken from one probe only, so that no summary mixes flags: `time`, else `gc`,
 *   else `output` if it ran more than once, else `peak`, else the single `output` trial.
 * - The mode is `exact` where the value has a cause to repeat and was seen to: a built-in metric of a deterministic probe that
 *   does not sample, in bytes or counts, equal in two trials or more. Otherwise the mode is `distribution`: median and
 *   order-statistic interval. Other readings that agree do so by luck: their interval is a single value, with the confidence
 *   that the number of trials gives it (50 % for 2, 96.9 % for 6). A systematic error, which all trials have, widens the interval. A peak has the mode `bounds` (summarise-peak.ts).
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
        };
        byProbe.set(set.probe, series);
        series.samples.push(reading.value);
        series.systematicError = Math.max(series.systematicError, systematicErrorOf(reading, trial));
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

/** Least confidence of the bounds of a region's peak; 1 where every process has the same peak. */
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

function summariseSeries({ reading, probe, samples, isEstimated, systematicError }: Series): MetricSummary {
  const { id, region, note } = reading;
  const builtIn = describeMetric(id);
  // The cell gives unit and direction of its own metrics with each reading; those of built-in ones stand in the table alone.
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
    return { ...common, mode: "exact", value, low: value, high: value, confidence: 1 };
  }
  const { low, high, confidence } = widen(medianInterval(samples), systematicError);
  const systematic = systematicError === 0 ? {} : { systematicError };
  return { ...common, mode: "distribution", value: median(samples), low, high, confidence, ...systematic };
}

const order = new Map(METRICS.map((metric, index) => [metric.id, index]));

/** Position in the metric table. Metrics of the cell's own come last; the stable sort keeps their order. */
function rank(id: string): number {
  return order.get(id) ?? METRICS.length;
}

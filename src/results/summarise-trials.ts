import { median, medianInterval } from "../analysis/statistics.ts";
import type { MetricReading, MetricSummary } from "../model/metrics.ts";
import type { ProbeName } from "../model/probes.ts";
import type { Trial, TrialSet } from "../model/report-results.ts";
import { describeMetric, METRICS } from "./metric-catalog.ts";

/** Probes under whose flags V8 does the same in every process: a single trial is already the exact value. */
export const EXACT_PROBES: ReadonlySet<ProbeName> = new Set<ProbeName>(["peak", "bracket", "lines"]);

/** Units in which equal readings are a matter of the clock's resolution, so that equal readings are not an exact value. */
const INEXACT_UNITS = new Set(["ns", "µs", "us", "ms", "s", "min", "h", "%"]);

/**
 * Probes whose trials may give a cell's own metrics, in order of preference: probes that leave V8 as it is come before probes
 * whose flags steer it. A single `output` trial comes last, because it shows the cell and does not measure it.
 */
const OWN_METRIC_PROBES: readonly ProbeName[] = [
  "time",
  "gc",
  "output",
  "peak",
  "allocated",
  "lines",
  "bracket",
  "min-heap",
];

/** The readings of one metric of one region, trial by trial. */
interface Series {
  readonly reading: MetricReading;
  readonly probe: ProbeName;
  readonly samples: number[];
  /** Whether the metric was estimated from samples of allocations: trials that agree do so by chance then. */
  readonly isEstimated: boolean;
}

/** Whether a trial estimated the allocations of lines from samples, which differ from trial to trial. */
export function samplesAllocations({ lineProfiles }: Trial): boolean {
  return lineProfiles.some(({ mode }) => typeof mode === "object" && "samplingIntervalBytes" in mode);
}

/**
 * Summarises the trials of one variant: one row for each metric and region.
 *
 * - Failed trials are skipped, because their readings cover an unknown part of the run.
 * - A metric read several times in one region of one trial counts once, with its last value: `metric()` sets.
 * - A built-in metric comes from its own probe, and has label, unit and direction from the metric table.
 * - A cell's own metric, which every probe's trials read, comes from one probe only, so that no summary mixes flags: `time`,
 *   else `gc`, else `output` if there are several trials of it, else `peak`, else the single `output` trial.
 * - The mode is `exact` when all samples agree in a unit that can be exact (bytes, counts and a cell's own units; not times or
 *   per cent), and there are two samples or more, or the probe is an exact one that does not sample. Otherwise the mode is
 *   `distribution`: median and order-statistic interval.
 *
 * Built-in metrics come first, in the order of the metric table. The cell's own follow in the order of their first readings.
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
        };
        byProbe.set(set.probe, series);
        series.samples.push(reading.value);
      }
    }
  }
  const chosen = [...byMetric.values()].flatMap((byProbe) => bestSeries(byProbe) ?? []);
  return chosen.map(summariseSeries).sort((a, b) => rank(a.id) - rank(b.id));
}

function lastReadings(readings: readonly MetricReading[]): ReadonlyMap<string, MetricReading> {
  return new Map(readings.map((reading) => [JSON.stringify([reading.id, reading.region]), reading]));
}

function bestSeries(byProbe: ReadonlyMap<ProbeName, Series>): Series | undefined {
  const ordered = OWN_METRIC_PROBES.flatMap((probe) => byProbe.get(probe) ?? []);
  return ordered.find(({ probe, samples }) => probe !== "output" || samples.length > 1) ?? ordered[0];
}

function summariseSeries({ reading, probe, samples, isEstimated }: Series): MetricSummary {
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
  const repeats = samples.length > 1 || (builtIn !== undefined && EXACT_PROBES.has(probe));
  if (agree && repeats && !isEstimated && !INEXACT_UNITS.has(unit)) {
    const value = median(samples);
    return { ...common, mode: "exact", value, low: value, high: value, confidence: 1 };
  }
  const { low, high, confidence } = medianInterval(samples);
  return { ...common, mode: "distribution", value: median(samples), low, high, confidence };
}

const order = new Map(METRICS.map((metric, index) => [metric.id, index]));

/** Place in the metric table; `sort` is stable, so a cell's own metrics keep their order after the table's. */
function rank(id: string): number {
  return order.get(id) ?? METRICS.length;
}

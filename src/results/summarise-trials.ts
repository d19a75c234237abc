import { median, medianInterval } from "../analysis/statistics.ts";
import type { MetricReading, MetricSummary } from "../model/metrics.ts";
import type { ProbeName } from "../model/probes.ts";
import type { Trial, TrialSet } from "../model/report-results.ts";
import { describeMetric, METRICS } from "./metric-catalog.ts";

/** Probes under which V8 is made to do the same in every process, so that a single trial is already the value. */
export const EXACT_PROBES: ReadonlySet<ProbeName> = new Set<ProbeName>(["peak", "bracket", "lines"]);

/** Units in which readings that agree do so by the clock's grain, not because they must. */
const INEXACT_UNITS = new Set(["ns", "µs", "us", "ms", "s", "min", "h", "%"]);

/**
 * Probes whose trials may give a cell's own metrics, the best first: those that leave the process alone before the one
 * that steers V8. A single `output` trial, which is there to show the cell and not to measure it, comes last.
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
  /** Whether it was estimated from samples of allocations: then trials that agree do so by chance. */
  readonly isEstimated: boolean;
}

/** Whether the allocations of a trial's lines were estimated from samples, which are other ones in each trial. */
export function samplesAllocations({ lineProfiles }: Trial): boolean {
  return lineProfiles.some(({ mode }) => typeof mode === "object" && "samplingIntervalBytes" in mode);
}

/**
 * Sums up what the trials of one variant read, a row per metric and region.
 *
 * - Trials that failed are left out: what they read is of a part of the run, nobody knows which.
 * - A metric read several times in one region of one trial counts once, with its last value: `metric()` sets.
 * - A built-in metric is taken from its own probe. A cell's own metric, which the cell gives whatever the probe, is taken
 *   from one probe only, so that no summary mixes flags: `time`, else `gc`, else `output` if it ran more than once, else
 *   `peak`, else the single `output` trial.
 * - Its mode is `exact` when all samples agree in a unit that can be exact (bytes, counts and a cell's own units; not
 *   times or per cent) and there are two or more, or its probe is an exact one that does not sample. Otherwise it is `distribution`: median
 *   and order-statistic interval.
 *
 * Built-in metrics come first, in the order of the metric table, then the others in the order in which they were first read.
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
  const { id, region, unit, better, note } = reading;
  const built = describeMetric(id);
  const noted = note === undefined ? {} : { note };
  const common = { id, region, label: built?.label ?? id, unit, better, probe, samples, ...noted };
  const agree = samples.every((sample) => sample === samples[0]);
  const repeats = samples.length > 1 || (built !== undefined && EXACT_PROBES.has(probe));
  if (agree && repeats && !isEstimated && !INEXACT_UNITS.has(unit)) {
    const value = median(samples);
    return { ...common, mode: "exact", value, low: value, high: value, confidence: 1 };
  }
  const { low, high, confidence } = medianInterval(samples);
  return { ...common, mode: "distribution", value: median(samples), low, high, confidence };
}

const order = new Map(METRICS.map((metric, index) => [metric.id, index]));

/** Place in the metric table; `sort` is stable, so the others keep their order after it. */
function rank(id: string): number {
  return order.get(id) ?? METRICS.length;
}

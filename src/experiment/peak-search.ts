import type { MetricReading } from "../model/metrics.ts";
import {
  PEAK_FLOOR_BYTES,
  PEAK_TOLERANCES,
  type PeakPassInstructions,
  type PeakRegionPass,
} from "../model/peak-pass.ts";
import type { Trial } from "../model/report-results.ts";
import type { ExecutedTrial, TrialExecutor, TrialSpec } from "../process/trial-executor.ts";

/** By how much a pass starts below what the one before found, so that it meets the peak itself. */
const START_SHARE = 0.999;
const START_BYTES = 8 * 1024;

/** What is known of the true peak of one region after some passes. */
interface PeakInterval {
  readonly region: string;
  readonly index: number;
  readonly lowBytes: number;
  readonly highBytes: number;
  /** Whether the passes agree: the program does the same in every process. */
  readonly repeats: boolean;
}

function startOf({ lowBytes }: PeakInterval): number {
  return Math.max(0, Math.floor(lowBytes * START_SHARE) - START_BYTES);
}

function isNarrow({ lowBytes, highBytes }: PeakInterval): boolean {
  const last = PEAK_TOLERANCES.at(-1) ?? 0;
  return highBytes - lowBytes <= 1.5 * Math.max(last * lowBytes, PEAK_FLOOR_BYTES);
}

function firstInterval({ region, index, lowBytes, highBytes }: PeakRegionPass): PeakInterval {
  return { region, index, lowBytes, highBytes, repeats: true };
}

/** Both passes bound the peak of their own process. Where these cannot be the same peak, the region has no one peak. */
function narrow(known: PeakInterval, pass: PeakRegionPass | undefined): PeakInterval {
  if (pass === undefined || pass.region !== known.region) return { ...known, repeats: false };
  const apart = pass.lowBytes > known.highBytes || pass.highBytes < known.lowBytes - START_BYTES;
  const missed = pass.lowBytes < startOf(known);
  if (apart || missed) {
    return {
      ...known,
      lowBytes: Math.min(known.lowBytes, pass.lowBytes),
      highBytes: Math.max(known.highBytes, pass.highBytes),
      repeats: false,
    };
  }
  return pass.highBytes - pass.lowBytes < known.highBytes - known.lowBytes
    ? { ...known, lowBytes: pass.lowBytes, highBytes: pass.highBytes }
    : known;
}

/** Stretches of ticks to collect closely in the next pass, in order, none overlapping. */
function overshootsOf(passes: readonly PeakRegionPass[], wide: ReadonlySet<number>): PeakPassInstructions["closely"] {
  const all = passes.filter(({ index }) => wide.has(index)).flatMap(({ overshoots }) => overshoots);
  const joined: [number, number][] = [];
  for (const [from, to] of all.sort(([a], [b]) => a - b)) {
    const last = joined.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
}

function toReadings({ region, lowBytes, highBytes, repeats }: PeakInterval): MetricReading[] {
  const note = repeats ? {} : { note: "other in every process" };
  const reading = (id: string, value: number): MetricReading => ({
    id,
    region,
    value,
    unit: "B",
    better: "lower",
    ...note,
  });
  return [reading("peakLow", lowBytes), reading("peakHigh", highBytes)];
}

/**
 * The interval that holds the true peak of live bytes of every region, as one trial of several processes.
 *
 * The first pass has a tolerance of 10 %, and finds about where the peak is. The second starts from there with 0.1 %, so that it
 * collects near the peak only. Where a single statement allocates more than the tolerance, a third collects right before it.
 * Each pass bounds the peak of its own process: that they agree shows that the program repeats. A later pass that fails, as by the
 * cell's timeout, leaves what is known.
 *
 * @throws the signal's reason, if it was aborted
 */
export async function searchPeak(executor: TrialExecutor, spec: TrialSpec, signal: AbortSignal): Promise<Trial> {
  let durationMs = 0;
  const run = async (instructions: PeakPassInstructions): Promise<ExecutedTrial> => {
    const trial = await executor.run({ ...spec, peakPass: instructions }, signal);
    durationMs += trial.durationMs;
    return trial;
  };
  const [coarse = 0, fine = 0] = PEAK_TOLERANCES;
  const floorBytes = PEAK_FLOOR_BYTES;
  const { peakPasses: first = [], ...trial } = await run({
    tolerance: coarse,
    floorBytes,
    startBytes: [],
    closely: [],
  });
  if (trial.failure !== null) return trial;
  let intervals = first.map(firstInterval);
  let closely: PeakPassInstructions["closely"] = overshootsOf(first, new Set());
  for (let pass = 0; pass < 2; pass++) {
    const wide = intervals.filter((interval) => interval.repeats && !isNarrow(interval));
    if (wide.length === 0 || (pass > 0 && closely.length === 0)) break;
    const startBytes: number[] = [];
    for (const interval of intervals) startBytes[interval.index] = startOf(interval);
    const dense = Array.from(startBytes, (bytes) => bytes ?? 0);
    const { peakPasses = [], failure } = await run({ tolerance: fine, floorBytes, startBytes: dense, closely });
    if (failure !== null) break;
    const byIndex = new Map(peakPasses.map((each) => [each.index, each]));
    intervals = intervals.map((interval) => narrow(interval, byIndex.get(interval.index)));
    closely = overshootsOf(peakPasses, new Set(intervals.filter((one) => !isNarrow(one)).map(({ index }) => index)));
  }
  return { ...trial, durationMs, readings: [...trial.readings, ...intervals.flatMap(toReadings)] };
}

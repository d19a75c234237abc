import type { MetricReading } from "../model/metrics.ts";
import {
  COARSE_PEAK,
  FINE_PEAK,
  MIDDLE_PEAK,
  PEAK_NOISE_BYTES,
  type PeakPassInstructions,
  type PeakRegionPass,
  type PeakTolerance,
  VARYING_PEAK,
} from "../model/peak-pass.ts";
import type { Trial } from "../model/report-results.ts";
import type { ExecutedTrial, TrialExecutor, TrialSpec } from "../process/trial-executor.ts";
import { isWiderThan, joinPasses, type PeakInterval, startOf } from "./peak-interval.ts";

/**
 * Passes of a program that repeats: at least two, which shows that it does, and more only where a statement allocates more than
 * the tolerance.
 */
const MOST_FINE_PASSES = 4;
/** Share of their width by which bounds must come closer for another pass to be worth its time. */
const LEAST_GAIN = 0.1;
/** Processes of a program that does not repeat: the range of six contains the median with 96.9 % confidence. */
const SAMPLE_PASSES = 6;

/** How certain it is that the median peak lies between the smallest and the largest of that many processes. */
function rangeConfidence(passes: number): number {
  return 1 - 2 ** (1 - passes);
}

type Stretch = PeakPassInstructions["closely"][number];

const isSingle = ([from, to]: Stretch): boolean => to - from <= 1;

/** The stretches of ticks in which passes overshot, in regions whose bounds are wide. */
class Overshoots {
  /** Single ticks found by any pass: each later pass must collect before them again. */
  readonly #singles = new Map<number, Stretch>();
  #others: readonly Stretch[] = [];
  /** Whether the last pass found stretches that no pass before it had. */
  hasNew = false;

  add(passes: readonly PeakRegionPass[], wide: ReadonlySet<number>): void {
    const found = passes.filter(({ index }) => wide.has(index)).flatMap(({ overshoots }) => overshoots);
    const known = this.#singles.size;
    for (const stretch of found) if (isSingle(stretch)) this.#singles.set(stretch[0], stretch);
    this.#others = found.filter((stretch) => !isSingle(stretch));
    this.hasNew = this.#singles.size > known || this.#others.length > 0;
  }

  /** For the next pass, in order. */
  get closely(): readonly Stretch[] {
    return [...this.#singles.values(), ...this.#others].sort(([a], [b]) => a - b);
  }
}

/** The bounds of a region's peak as two readings, each moved outwards by what a reading may be off. */
function toReadings({ region, lowBytes, highBytes, repeats, passes }: PeakInterval): MetricReading[] {
  const varies = repeats ? {} : { note: "differs between processes", confidence: rangeConfidence(passes) };
  return [
    { id: "peakLow", region, value: Math.max(0, lowBytes - PEAK_NOISE_BYTES), ...varies },
    { id: "peakHigh", region, value: highBytes + PEAK_NOISE_BYTES, ...varies },
  ];
}

/** The processes of one search. */
class PeakPasses {
  readonly #executor: TrialExecutor;
  readonly #spec: TrialSpec;
  readonly #signal: AbortSignal;
  durationMs = 0;

  constructor(executor: TrialExecutor, spec: TrialSpec, signal: AbortSignal) {
    this.#executor = executor;
    this.#spec = spec;
    this.#signal = signal;
  }

  async run(tolerance: PeakTolerance, rest: Partial<PeakPassInstructions> = {}): Promise<ExecutedTrial> {
    const peakPass = { startBytes: [], closely: [], ...tolerance, ...rest };
    const trial = await this.#executor.run({ ...this.#spec, peakPass }, this.#signal);
    this.durationMs += trial.durationMs;
    return trial;
  }
}

/**
 * Searches for the largest number of live bytes at any moment of every region, as one trial of several processes.
 *
 * The first pass has a tolerance of 10 %, and finds about where the peak is. The next start from there with 1 % and 0.1 %, so that they
 * collect near the peak only. Where the bytes in use rise by more than the tolerance between two readings, one more finds the
 * statement, and another collects right before it. Each pass bounds the peak of its own process. Passes whose bounds exclude each
 * other show that the program does not repeat; then six processes are measured, and the bounds are their range. A later pass that
 * fails, as by the cell's timeout, leaves what is known.
 *
 * @throws the signal's reason, if it was aborted
 */
export async function searchPeak(executor: TrialExecutor, spec: TrialSpec, signal: AbortSignal): Promise<Trial> {
  const passes = new PeakPasses(executor, spec, signal);
  const { peakPasses: first = [], ...trial } = await passes.run(COARSE_PEAK);
  if (trial.failure !== null) return trial;
  const narrowed = await narrow(passes, joinPasses([], first));
  const intervals = narrowed.some(({ repeats }) => !repeats) ? await sample(passes, first, narrowed) : narrowed;
  const { durationMs } = passes;
  return { ...trial, durationMs, readings: [...trial.readings, ...intervals.flatMap(toReadings)] };
}

function sumWidths(intervals: readonly PeakInterval[]): number {
  return intervals.reduce((sum, { lowBytes, highBytes }) => sum + highBytes - lowBytes, 0);
}

/** Passes that start near the peak, until the bounds are as close as they become or exclude each other. */
async function narrow(passes: PeakPasses, first: readonly PeakInterval[]): Promise<readonly PeakInterval[]> {
  let intervals = first;
  // A cell without regions has nothing to search.
  if (first.length === 0) return first;
  const overshoots = new Overshoots();
  const steep = first.some((interval) => isWiderThan(interval, MIDDLE_PEAK));
  const tolerances = [...(steep ? [MIDDLE_PEAK] : []), ...Array<PeakTolerance>(MOST_FINE_PASSES).fill(FINE_PEAK)];
  let idle = 0;
  for (const [i, tolerance] of tolerances.entries()) {
    const isWide = intervals.some(({ isNarrow }) => !isNarrow);
    // The second process shows that the program repeats. Later ones look where an earlier one overshot.
    if (i > 0 && !isWide) break;
    if (i > 0 && tolerances[i - 1] === FINE_PEAK && !overshoots.hasNew) break;
    const startBytes: number[] = [];
    for (const interval of intervals) startBytes[interval.index] = startOf(interval, tolerance);
    const dense = Array.from(startBytes, (bytes) => bytes ?? 0);
    const { peakPasses = [], failure } = await passes.run(tolerance, {
      startBytes: dense,
      closely: overshoots.closely,
    });
    if (failure !== null) break;
    const before = sumWidths(intervals);
    intervals = joinPasses(intervals, peakPasses);
    if (intervals.some(({ repeats }) => !repeats)) break;
    const wide = new Set(intervals.filter(({ isNarrow }) => !isNarrow).map(({ index }) => index));
    overshoots.add(peakPasses, wide);
    // One pass may find the statement, and the next the peak. Two that bring the bounds no closer are followed by more of the same.
    idle = sumWidths(intervals) < (1 - LEAST_GAIN) * before ? 0 : idle + 1;
    if (idle === 2) break;
  }
  return intervals;
}

/**
 * The range of more processes for the regions that differ between processes, from the first pass on: a pass that started near
 * another's peak has no lower bound of its own.
 */
async function sample(
  passes: PeakPasses,
  first: readonly PeakRegionPass[],
  narrowed: readonly PeakInterval[],
): Promise<readonly PeakInterval[]> {
  const varying = new Set(narrowed.filter(({ repeats }) => !repeats).map(({ index }) => index));
  let ranges = joinPasses([], first).map((interval) => ({ ...interval, repeats: !varying.has(interval.index) }));
  for (let pass = 1; pass < SAMPLE_PASSES; pass++) {
    const { peakPasses = [], failure } = await passes.run(VARYING_PEAK);
    if (failure !== null) break;
    ranges = joinPasses(ranges, peakPasses);
  }
  return ranges.map((range, i) => (range.repeats && narrowed[i]?.repeats === true ? narrowed[i] : range));
}

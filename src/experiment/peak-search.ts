import type { MetricReading } from "../model/metrics.ts";
import {
  FINE_PEAK,
  NEAR_PEAK,
  OPTIMISED_NOISE_BYTES,
  PEAK_NOISE_BYTES,
  type PeakPassInstructions,
  type PeakRegionPass,
  type PeakTolerance,
  SCOUT_PEAK,
  SHORT_STRETCH,
  VARYING_PEAK,
} from "../model/peak-pass.ts";
import type { Trial } from "../model/report-results.ts";
import type { ExecutedTrial, TrialExecutor, TrialSpec } from "../process/trial-executor.ts";
import { canBeEqual, isWiderThan, joinPasses, type PeakInterval, startOf, widenScouted } from "./peak-interval.ts";
import { OPTIMISED_PASS, OPTIMISED_SCOUT } from "./probe-flags.ts";

/** Largest number of fine passes. One is enough unless a single statement allocates more than the tolerance. */
const MOST_FINE_PASSES = 5;
/** Share by which a pass must narrow the bounds for another pass to be worth its time. */
const LEAST_GAIN = 0.1;
/**
 * Number of processes that sample the peak of a program whose peak differs between processes. The range of six contains
 * the median with 96.9 % confidence.
 */
const SAMPLE_PASSES = 6;

/** Confidence, 0…1, that the median peak lies between the smallest and the largest peak of this many processes. */
function rangeConfidence(passes: number): number {
  return 1 - 2 ** (1 - passes);
}

type Stretch = PeakPassInstructions["closely"][number];

const byStart = ([a]: Stretch, [b]: Stretch): number => a - b;
const isShort = ([from, to]: Stretch): boolean => to - from <= SHORT_STRETCH;

/** Ranges of ticks in which passes overshot their tolerance, in regions whose bounds are still wide. */
class Overshoots {
  /** Short ranges found by any pass. Each later pass must collect before all of them. */
  readonly #short = new Map<string, Stretch>();
  #others: readonly Stretch[] = [];
  /** Whether the last pass found ranges that no earlier pass had found. */
  hasNew = false;

  add(passes: readonly PeakRegionPass[], wide: ReadonlySet<number>): void {
    const found = passes.filter(({ index }) => wide.has(index)).flatMap(({ overshoots }) => overshoots);
    const known = this.#short.size;
    for (const stretch of found) if (isShort(stretch)) this.#short.set(stretch.join(" "), stretch);
    this.#others = found.filter((stretch) => !isShort(stretch));
    this.hasNew = this.#short.size > known || this.#others.length > 0;
  }

  /** Ranges that the next pass must read closely, in ascending order. */
  get closely(): readonly Stretch[] {
    return [...this.#short.values(), ...this.#others].sort(byStart);
  }
}

/**
 * Converts a region's bounds to readings of `peakLow` and `peakHigh`, each moved outwards by the possible error of a
 * reading.
 */
function toReadings(
  { region, lowBytes, highBytes, repeats, passes }: PeakInterval,
  noiseBelow: number,
): MetricReading[] {
  const varies = repeats ? {} : { note: "differs between processes", confidence: rangeConfidence(passes) };
  return [
    { id: "peakLow", region, value: Math.max(0, lowBytes - noiseBelow), ...varies },
    { id: "peakHigh", region, value: highBytes + PEAK_NOISE_BYTES, ...varies },
  ];
}

/** The processes of one search. */
export class PeakPasses {
  readonly #executor: TrialExecutor;
  readonly #spec: TrialSpec;
  readonly #signal: AbortSignal;
  /**
   * Whether V8 ran an unplanned collection in one of the processes. If no scout had one, no pass can have one
   * (probe-flags.ts).
   */
  #collectsByItself = false;
  /** Whether passes run optimised code. */
  isOptimised = false;
  durationMs = 0;

  constructor(executor: TrialExecutor, spec: TrialSpec, signal: AbortSignal) {
    this.#executor = executor;
    this.#spec = spec;
    this.#signal = signal;
  }

  scout(instructions: PeakTolerance & Partial<PeakPassInstructions>): Promise<ExecutedTrial> {
    return this.#run({ recordsCollections: true, ...instructions }, OPTIMISED_SCOUT);
  }

  run(instructions: PeakTolerance & Partial<PeakPassInstructions>): Promise<ExecutedTrial> {
    const flags = this.isOptimised ? OPTIMISED_PASS : [];
    return this.#run({ recordsCollections: this.#collectsByItself, ...instructions }, flags);
  }

  /** @param flags added after the trial's own flags, which they override */
  async #run(
    instructions: Omit<PeakPassInstructions, "startBytes" | "closely"> & Partial<PeakPassInstructions>,
    flags: readonly string[],
  ): Promise<ExecutedTrial> {
    const peakPass = { startBytes: [], closely: [], ...instructions };
    const spec = { ...this.#spec, flags: [...this.#spec.flags, ...flags], peakPass };
    const trial = await this.#executor.run(spec, this.#signal);
    this.durationMs += trial.durationMs;
    if (trial.peakPasses?.some(({ collectedByItself }) => collectedByItself) === true) this.#collectsByItself = true;
    return trial;
  }
}

/**
 * Searches for the largest number of live bytes at any moment of every region, as one trial of several processes.
 *
 * 1. A scout finds the rough peak: optimised code, 10 % tolerance. If the bounds are wide, a second scout starts near
 *    that peak with 1 %.
 * 2. Passes run unoptimised code with 0.1 % tolerance and collect only near the peak. If the bytes in use rise by more
 *    than the tolerance between two readings, another pass finds the statement, and a further one collects right before
 *    it.
 * 3. If the peak differs from the scouts' peak, the passes are repeated with optimised code, because Node runs
 *    optimised code.
 *
 * Each pass bounds the peak of its own process. If bounds exclude each other, the program's peak differs between
 * processes; then six processes are measured and their range is the result. If a later pass fails, for example by the
 * cell's timeout, the bounds known so far are the result.
 *
 * @throws the signal's reason, if it was aborted
 */
export async function searchPeak(executor: TrialExecutor, spec: TrialSpec, signal: AbortSignal): Promise<Trial> {
  const passes = new PeakPasses(executor, spec, signal);
  const { peakPasses: first = [], ...trial } = await passes.scout(SCOUT_PEAK);
  if (trial.failure !== null) return trial;
  // A cell without regions has no peak to search for.
  const intervals = first.length === 0 ? [] : await boundPeaks(passes, joinPasses([], first));
  const { durationMs, isOptimised } = passes;
  const noiseBelow = isOptimised ? OPTIMISED_NOISE_BYTES : PEAK_NOISE_BYTES;
  const bounds = intervals.flatMap((interval) => toReadings(interval, noiseBelow));
  return { ...trial, durationMs, readings: [...trial.readings, ...bounds] };
}

async function boundPeaks(passes: PeakPasses, first: readonly PeakInterval[]): Promise<readonly PeakInterval[]> {
  const scouted = await scoutNear(passes, first);
  if (!repeatAll(scouted)) return sample(passes, scouted);
  const plain = await narrow(passes, scouted, confirms);
  if (plain !== undefined) return repeatAll(plain.intervals) ? plain.intervals : sample(passes, plain.intervals);
  passes.isOptimised = true;
  const optimised = await narrow(passes, scouted, confirms);
  if (optimised === undefined)
    return sample(
      passes,
      scouted.map((interval) => ({ ...interval, repeats: false })),
    );
  return repeatAll(optimised.intervals) ? optimised.intervals : sample(passes, optimised.intervals);
}

function repeatAll(intervals: readonly PeakInterval[]): boolean {
  return intervals.every(({ repeats }) => repeats);
}

/**
 * Finds the peaks of unoptimised code for a last process that takes a snapshot at each of them.
 *
 * @param first bounds from a scout
 * @returns instructions for that process: it collects at the peaks and at little else
 */
export async function locatePeaks(passes: PeakPasses, first: readonly PeakInterval[]): Promise<PeakPassInstructions> {
  const scouted = await scoutNear(passes, first);
  const narrowed = repeatAll(scouted) ? await narrow(passes, scouted, () => true) : undefined;
  const { intervals, closely } = narrowed ?? { intervals: scouted, closely: [] };
  const tolerance = repeatAll(intervals) ? FINE_PEAK : VARYING_PEAK;
  return { ...tolerance, startBytes: listStarts(intervals, tolerance), closely, recordsCollections: false };
}

function sumWidths(intervals: readonly PeakInterval[]): number {
  return intervals.reduce((sum, { lowBytes, highBytes }) => sum + highBytes - lowBytes, 0);
}

/**
 * Live bytes at which each region's next pass starts to collect, by the region's index. Regions without bounds get the
 * largest integer, so that nothing is collected: the whole-cell region ends at the first `measure()`.
 */
function listStarts(intervals: readonly PeakInterval[], next: PeakTolerance): number[] {
  const starts: number[] = [];
  for (const interval of intervals) starts[interval.index] = startOf(interval, next);
  return Array.from(starts, (bytes) => bytes ?? Number.MAX_SAFE_INTEGER);
}

/**
 * Improves the bounds by a second scout, which starts near the peak; does nothing if the first scout's bounds are
 * narrow enough.
 */
async function scoutNear(passes: PeakPasses, first: readonly PeakInterval[]): Promise<readonly PeakInterval[]> {
  if (!first.some((interval) => isWiderThan(interval, NEAR_PEAK))) return first.map(widenScouted);
  const startBytes = listStarts(first, NEAR_PEAK);
  const { peakPasses = [], failure } = await passes.scout({ ...NEAR_PEAK, startBytes });
  return (failure === null ? joinPasses(first, peakPasses) : first).map(widenScouted);
}

/** Whether all bounds of passes are compatible with those of the scouts. */
function confirms(scouted: readonly PeakInterval[], intervals: readonly PeakInterval[]): boolean {
  const byIndex = new Map(scouted.map((interval) => [interval.index, interval]));
  return intervals.every((interval) => {
    const before = byIndex.get(interval.index);
    return before !== undefined && canBeEqual(before, interval);
  });
}

/** Adds regions that the scout found and no pass did, marked as differing between processes. */
function withLost(intervals: readonly PeakInterval[], scouted: readonly PeakInterval[]): readonly PeakInterval[] {
  const found = new Set(intervals.map(({ index }) => index));
  const lost = scouted.filter(({ index }) => !found.has(index));
  return [...intervals, ...lost.map((interval) => ({ ...interval, repeats: false }))];
}

/**
 * Runs passes that start near the peak, until the bounds stop getting closer or exclude each other.
 *
 * @param accepts whether the passes' bounds are compatible with the scouts' bounds
 * @returns the bounds, and the ranges of ticks that were read closely; undefined if `accepts` returned false
 */
async function narrow(
  passes: PeakPasses,
  scouted: readonly PeakInterval[],
  accepts: typeof confirms,
): Promise<{ readonly intervals: readonly PeakInterval[]; readonly closely: readonly Stretch[] } | undefined> {
  let intervals: readonly PeakInterval[] = [];
  let startBytes = listStarts(scouted, FINE_PEAK);
  const overshoots = new Overshoots();
  /** Ranges read closely by any pass. A later process that reads all of them meets every peak that a pass met. */
  const looked = new Map<string, Stretch>();
  let idle = 0;
  for (let i = 0; i < MOST_FINE_PASSES; i++) {
    const { closely } = overshoots;
    for (const stretch of closely) looked.set(stretch.join(" "), stretch);
    const { peakPasses = [], failure } = await passes.run({ ...FINE_PEAK, startBytes, closely });
    if (failure !== null) break;
    const before = i === 0 ? Number.POSITIVE_INFINITY : sumWidths(intervals);
    intervals = withLost(joinPasses(intervals, peakPasses), scouted);
    if (intervals.some(({ repeats }) => !repeats)) break;
    if (!accepts(scouted, intervals)) return undefined;
    const wide = new Set(intervals.filter(({ isNarrow }) => !isNarrow).map(({ index }) => index));
    overshoots.add(peakPasses, wide);
    const next = listStarts(intervals, FINE_PEAK);
    // A pass with the same start that overshot nowhere would find the same bounds again.
    const canGain = overshoots.hasNew || [...wide].some((index) => next[index] !== startBytes[index]);
    // One or two passes may only find the statements, and the next one the peak. After three passes without progress,
    // more are useless.
    idle = sumWidths(intervals) < (1 - LEAST_GAIN) * before ? 0 : idle + 1;
    if (!canGain || idle > (overshoots.hasNew ? 2 : 0)) break;
    startBytes = next;
  }
  return { intervals: intervals.length === 0 ? scouted : intervals, closely: [...looked.values()].sort(byStart) };
}

/**
 * Measures the regions whose peak differs between processes with six more processes; returns the range of their bounds.
 * The passes so far cannot be used, because a pass that starts near another process's peak may have no lower bound.
 */
async function sample(passes: PeakPasses, narrowed: readonly PeakInterval[]): Promise<readonly PeakInterval[]> {
  const varying = new Set(narrowed.filter(({ repeats }) => !repeats).map(({ index }) => index));
  let ranges: readonly PeakInterval[] = [];
  for (let pass = 0; pass < SAMPLE_PASSES; pass++) {
    const { peakPasses = [], failure } = await passes.run({ ...VARYING_PEAK, recordsCollections: true });
    if (failure !== null) break;
    const found = joinPasses(ranges, peakPasses);
    ranges = found.map((range) => ({ ...range, repeats: range.repeats && !varying.has(range.index) }));
  }
  const byIndex = new Map(ranges.map((range) => [range.index, range]));
  return narrowed.map((interval) => {
    const range = byIndex.get(interval.index);
    return range === undefined || (interval.repeats && range.repeats) ? interval : range;
  });
}

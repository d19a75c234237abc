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

/** One is enough where no statement allocates more than the tolerance. */
const MOST_FINE_PASSES = 5;
/** Share of their width by which bounds must come closer for another pass to be worth its time. */
const LEAST_GAIN = 0.1;
/** Processes of a program that does not repeat: the range of six contains the median with 96.9 % confidence. */
const SAMPLE_PASSES = 6;

/** How certain it is that the median peak lies between the smallest and the largest of that many processes. */
function rangeConfidence(passes: number): number {
  return 1 - 2 ** (1 - passes);
}

type Stretch = PeakPassInstructions["closely"][number];

const byStart = ([a]: Stretch, [b]: Stretch): number => a - b;
const isShort = ([from, to]: Stretch): boolean => to - from <= SHORT_STRETCH;

/** The stretches of ticks in which passes overshot, in regions whose bounds are wide. */
class Overshoots {
  /** Short stretches found by any pass: each later pass must collect before them again. */
  readonly #short = new Map<string, Stretch>();
  #others: readonly Stretch[] = [];
  /** Whether the last pass found stretches that no pass before it had. */
  hasNew = false;

  add(passes: readonly PeakRegionPass[], wide: ReadonlySet<number>): void {
    const found = passes.filter(({ index }) => wide.has(index)).flatMap(({ overshoots }) => overshoots);
    const known = this.#short.size;
    for (const stretch of found) if (isShort(stretch)) this.#short.set(stretch.join(" "), stretch);
    this.#others = found.filter((stretch) => !isShort(stretch));
    this.hasNew = this.#short.size > known || this.#others.length > 0;
  }

  /** For the next pass, in order. */
  get closely(): readonly Stretch[] {
    return [...this.#short.values(), ...this.#others].sort(byStart);
  }
}

/** The bounds of a region's peak as two readings, each moved outwards by what a reading may be off. */
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
  /** Whether V8 collected by itself in one of them. Where it did in no scout, it cannot in a pass (probe-flags.ts). */
  #collectsByItself = false;
  /** Whether passes run code that V8 optimises. */
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

  /** @param flags after those of the trial, which they override */
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
 * The first is a scout: its code is optimised and its tolerance 10 %, so that it soon knows about where the peak is. Another starts
 * from there with 1 % where that is worth it. The passes after them run code that is not optimised, with 0.1 %, and collect near the
 * peak only. Where the bytes in use rise by more than the tolerance between two readings, one more finds the statement, and another
 * collects right before it. Where the program has another peak in optimised code, it is that of the scouts, as Node runs it: passes
 * over optimised code follow. Each pass bounds the peak of its own process. Passes whose bounds exclude each other show that the
 * program does not repeat; then six processes are measured, and the bounds are their range. A later pass that fails, as by the
 * cell's timeout, leaves what is known.
 *
 * @throws the signal's reason, if it was aborted
 */
export async function searchPeak(executor: TrialExecutor, spec: TrialSpec, signal: AbortSignal): Promise<Trial> {
  const passes = new PeakPasses(executor, spec, signal);
  const { peakPasses: first = [], ...trial } = await passes.scout(SCOUT_PEAK);
  if (trial.failure !== null) return trial;
  // A cell without regions has nothing to search.
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
 * Finds where the peaks of code that is not optimised are, for a pass that looks at them.
 *
 * @param first of a scout
 * @returns instructions for that pass: it meets the same peaks, and little more than them
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
 * Where each region's next pass starts, by the region's index. Nothing is collected for those that have no bounds: the whole cell, whose
 * region is abandoned at the first `measure()`.
 */
function listStarts(intervals: readonly PeakInterval[], next: PeakTolerance): number[] {
  const starts: number[] = [];
  for (const interval of intervals) starts[interval.index] = startOf(interval, next);
  return Array.from(starts, (bytes) => bytes ?? Number.MAX_SAFE_INTEGER);
}

/** What is known after a second scout, which starts near the peak where the first has left the bounds wide. */
async function scoutNear(passes: PeakPasses, first: readonly PeakInterval[]): Promise<readonly PeakInterval[]> {
  if (!first.some((interval) => isWiderThan(interval, NEAR_PEAK))) return first.map(widenScouted);
  const startBytes = listStarts(first, NEAR_PEAK);
  const { peakPasses = [], failure } = await passes.scout({ ...NEAR_PEAK, startBytes });
  return (failure === null ? joinPasses(first, peakPasses) : first).map(widenScouted);
}

/** Whether passes can have had the peaks that the scouts had. */
function confirms(scouted: readonly PeakInterval[], intervals: readonly PeakInterval[]): boolean {
  const byIndex = new Map(scouted.map((interval) => [interval.index, interval]));
  return intervals.every((interval) => {
    const before = byIndex.get(interval.index);
    return before !== undefined && canBeEqual(before, interval);
  });
}

/** Adds the regions of the scout that a pass did not have: they differ between processes. */
function withLost(intervals: readonly PeakInterval[], scouted: readonly PeakInterval[]): readonly PeakInterval[] {
  const found = new Set(intervals.map(({ index }) => index));
  const lost = scouted.filter(({ index }) => !found.has(index));
  return [...intervals, ...lost.map((interval) => ({ ...interval, repeats: false }))];
}

/**
 * Passes that start near the peak, until the bounds are as close as they become or exclude each other.
 *
 * @param accepts whether passes may have other peaks than the scouts
 * @returns the bounds, and where passes looked closely; undefined where passes had peaks that were not accepted
 */
async function narrow(
  passes: PeakPasses,
  scouted: readonly PeakInterval[],
  accepts: typeof confirms,
): Promise<{ readonly intervals: readonly PeakInterval[]; readonly closely: readonly Stretch[] } | undefined> {
  let intervals: readonly PeakInterval[] = [];
  let startBytes = listStarts(scouted, FINE_PEAK);
  const overshoots = new Overshoots();
  /** Of all passes: another that looks there meets what each of them met. */
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
    // A pass that looked from the same size and overshot nowhere would find the same again.
    const canGain = overshoots.hasNew || [...wide].some((index) => next[index] !== startBytes[index]);
    // One pass or two may find the statements, and the next the peak. Three that bring the bounds no closer are followed by more of the same.
    idle = sumWidths(intervals) < (1 - LEAST_GAIN) * before ? 0 : idle + 1;
    if (!canGain || idle > (overshoots.hasNew ? 2 : 0)) break;
    startBytes = next;
  }
  return { intervals: intervals.length === 0 ? scouted : intervals, closely: [...looked.values()].sort(byStart) };
}

/**
 * The range of six more processes for the regions that differ between processes: a pass that started near another's peak has no lower
 * bound of its own.
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

import type { MetricReading } from "../model/metrics.ts";
import {
  PEAK_FLOOR_BYTES,
  PEAK_NOISE_BYTES,
  PEAK_TOLERANCES,
  type PeakPassInstructions,
  type PeakRegionPass,
} from "../model/peak-pass.ts";
import type { Trial } from "../model/report-results.ts";
import type { ExecutedTrial, TrialExecutor, TrialSpec } from "../process/trial-executor.ts";
import { joinPasses, type PeakInterval, startOf } from "./peak-interval.ts";

/** Passes of a program that repeats: more than two are needed only where a statement allocates more than the tolerance. */
const MOST_PASSES = 5;
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

  async run(tolerance: number, rest: Partial<PeakPassInstructions> = {}): Promise<ExecutedTrial> {
    const peakPass = { tolerance, floorBytes: PEAK_FLOOR_BYTES, startBytes: [], closely: [], ...rest };
    const trial = await this.#executor.run({ ...this.#spec, peakPass }, this.#signal);
    this.durationMs += trial.durationMs;
    return trial;
  }
}

/**
 * Searches for the largest number of live bytes at any moment of every region, as one trial of several processes.
 *
 * The first pass has a tolerance of 10 %, and finds about where the peak is. The second starts from there with 0.1 %, so that it
 * collects near the peak only. Where the bytes in use rise by more than the tolerance between two readings, a third finds the
 * statement, and a fourth collects right before it. Each pass bounds the peak of its own process. Passes whose bounds exclude each other show that the program does not repeat; then six
 * processes are measured, and the bounds are their range. A later pass that fails, as by the cell's timeout, leaves what is known.
 *
 * @throws the signal's reason, if it was aborted
 */
export async function searchPeak(executor: TrialExecutor, spec: TrialSpec, signal: AbortSignal): Promise<Trial> {
  const passes = new PeakPasses(executor, spec, signal);
  const [coarse, fine] = PEAK_TOLERANCES;
  const { peakPasses: first = [], ...trial } = await passes.run(coarse);
  if (trial.failure !== null) return trial;
  let intervals: readonly PeakInterval[] = joinPasses([], first);
  const overshoots = new Overshoots();
  const varies = (): boolean => intervals.some(({ repeats }) => !repeats);
  for (let pass = 2; pass <= MOST_PASSES && !varies(); pass++) {
    const isWide = intervals.some(({ isNarrow }) => !isNarrow);
    if (!isWide || (pass > 2 && !overshoots.hasNew)) break;
    const startBytes: number[] = [];
    for (const interval of intervals) startBytes[interval.index] = startOf(interval);
    const dense = Array.from(startBytes, (bytes) => bytes ?? 0);
    const { peakPasses = [], failure } = await passes.run(fine, { startBytes: dense, closely: overshoots.closely });
    if (failure !== null) break;
    intervals = joinPasses(intervals, peakPasses);
    const wide = new Set(intervals.filter(({ isNarrow }) => !isNarrow).map(({ index }) => index));
    overshoots.add(peakPasses, wide);
  }
  while (varies() && Math.min(...intervals.map((each) => each.passes)) < SAMPLE_PASSES) {
    const { peakPasses = [], failure } = await passes.run(coarse / 10);
    if (failure !== null) break;
    intervals = joinPasses(intervals, peakPasses);
  }
  const { durationMs } = passes;
  return { ...trial, durationMs, readings: [...trial.readings, ...intervals.flatMap(toReadings)] };
}

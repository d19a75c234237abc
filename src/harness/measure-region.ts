/** Runs one call of `measure()`: warm-up calls, the region's start and end, awaited promises. */
import type { RegionProbe, RunningTrial } from "./running-trial.ts";

export interface MeasureOptions {
  /** Name of the region. Regions of different names have metrics of their own. Default: unnamed. */
  readonly name?: string;
  /**
   * Number of calls of the function under the probe `time`, at least 2. The first call has metrics of its own; the
   * others give their median. Every other probe measures one call.
   */
  readonly iterations?: number;
}

export interface Measurement<T> {
  /** Return value of the last call; of an async function the value it resolved to. */
  readonly value: T;
  /** Metrics read by this process's probe, by id, such as `peakLive`. Empty under probes without metrics. */
  readonly metrics: Readonly<Record<string, number>>;
}

export function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}

const { toString: describe } = Object.prototype;
const settled = Promise.resolve();

/**
 * Whether a function is async, so that its region may begin one turn later. An `await` keeps the value of the previous
 * region alive until the next `await`; the region would begin with those bytes and end without them.
 */
function isAsyncFunction(fn: () => unknown): boolean {
  return describe.call(fn) === "[object AsyncFunction]";
}

/** Abandons the region of the whole cell. Called at the first `measure()`. */
function leaveWholeCell(trial: RunningTrial, wholeCell: RegionProbe): void {
  wholeCell.abandon();
  trial.wholeCell = undefined;
  trial.send({ type: "whole-cell-abandoned" });
}

/** Calls the function `calls` times unmeasured. Returns a promise if the function returns one. */
function warmUp(fn: () => unknown, calls: number): Promise<void> | undefined {
  for (let i = 0; i < calls; i++) {
    const value = fn();
    if (isPromise(value)) return warmUpAwaited(fn, calls - i - 1, value);
  }
  return undefined;
}

async function warmUpAwaited(fn: () => unknown, calls: number, first: Promise<unknown>): Promise<void> {
  await first;
  for (let i = 0; i < calls; i++) await fn();
}

// No closures in the next two functions: an allocation between start and end of a region would be in the readings of
// this region and of all regions around it.
function measureRegion<T>(
  trial: RunningTrial,
  region: RegionProbe,
  fn: () => T | Promise<T>,
  calls: number,
): Measurement<T> | Promise<Measurement<T>> {
  let value: T | Promise<T> | undefined;
  try {
    for (let done = 1; done <= calls; done++) {
      value = undefined; // the value of the call before must not be alive during the next call
      value = fn();
      if (isPromise(value)) return measureAwaited(trial, region, fn, value as Promise<T>, calls - done);
      if (done < calls) region.lap();
    }
  } catch (error) {
    region.abandon();
    trial.openRegions--;
    throw error;
  }
  const metrics = region.end();
  trial.openRegions--;
  return { value: value as T, metrics };
}

async function measureAwaited<T>(
  trial: RunningTrial,
  region: RegionProbe,
  fn: () => T | Promise<T>,
  first: Promise<T>,
  callsLeft: number,
): Promise<Measurement<T>> {
  region.awaits();
  let value: T | undefined;
  try {
    value = await first;
    for (let left = callsLeft; left > 0; left--) {
      region.lap();
      value = undefined;
      value = await fn();
    }
  } catch (error) {
    region.abandon();
    trial.openRegions--;
    throw error;
  }
  const metrics = region.end();
  trial.openRegions--;
  return { value: value as T, metrics };
}

/** Runs a function as a region of a trial. Implements `measure()` of the cell library inside a trial. */
export function measureIn<T>(
  trial: RunningTrial,
  fn: () => T | Promise<T>,
  options: MeasureOptions | undefined,
): Measurement<T> | Promise<Measurement<T>> {
  if (trial.wholeCell !== undefined) leaveWholeCell(trial, trial.wholeCell);
  const { probe, warmup } = trial;
  const name = options?.name ?? "";
  const calls = probe.repeats ? (options?.iterations ?? 1) : 1;
  // A nested region makes no warm-up calls: they would be measured by the outer region, whose own warm-up calls have
  // called this function.
  const isOutermost = probe.warmsUp && trial.openRegions === 0;
  const warmed = isOutermost && warmup > 0 ? warmUp(fn, warmup) : undefined;
  const warming = warmed ?? (isOutermost && isAsyncFunction(fn) ? settled : undefined);
  if (warming !== undefined) {
    return warming.then(() => {
      trial.openRegions++;
      return measureRegion(trial, probe.startRegion(name, warmup), fn, calls);
    });
  }
  trial.openRegions++;
  return measureRegion(trial, probe.startRegion(name, warmup), fn, calls);
}

import type { RegionProbe, RunningTrial } from "./running-trial.ts";

export interface MeasureOptions {
  /** Name of the region; metrics of different names are kept apart. */
  readonly name?: string;
  /**
   * Calls of the function under the `time` probe, at least 2: the first is told apart from the median of the rest. Every
   * other probe measures one call.
   */
  readonly iterations?: number;
}

export interface Measurement<T> {
  /** What the function returned, at its last call. */
  readonly value: T;
  /** Metrics of the probe of this process, by id; empty where it has none. */
  readonly metrics: Readonly<Record<string, number>>;
}

export function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}

/** From the first `measure()` on, the regions that the cell names are measured, not its whole run. */
function leaveWholeCell(trial: RunningTrial, wholeCell: RegionProbe): void {
  wholeCell.abandon();
  trial.wholeCell = undefined;
  trial.send({ type: "whole-cell-abandoned" });
}

/** Calls that nobody measures. Gives a promise where the function does. */
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

// No closures here: what is allocated between the start and the end of a region is in its readings, and in those of the
// regions around it.
function measureRegion<T>(
  region: RegionProbe,
  fn: () => T | Promise<T>,
  calls: number,
): Measurement<T> | Promise<Measurement<T>> {
  let value: T | Promise<T> | undefined;
  try {
    for (let done = 1; done <= calls; done++) {
      value = undefined; // what the call before returned is not needed any longer
      value = fn();
      if (isPromise(value)) return measureAwaited(region, fn, value as Promise<T>, calls - done);
      if (done < calls) region.lap();
    }
  } catch (error) {
    region.abandon();
    throw error;
  }
  const metrics = region.end();
  return { value: value as T, metrics };
}

async function measureAwaited<T>(
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
    throw error;
  }
  const metrics = region.end();
  return { value: value as T, metrics };
}

/** Runs a function as a region of a trial: what `measure()` of the cell library does, where there is a trial. */
export function measureIn<T>(
  trial: RunningTrial,
  fn: () => T | Promise<T>,
  options: MeasureOptions | undefined,
): Measurement<T> | Promise<Measurement<T>> {
  if (trial.wholeCell !== undefined) leaveWholeCell(trial, trial.wholeCell);
  const { probe, warmup } = trial;
  const name = options?.name ?? "";
  const calls = probe.repeats ? (options?.iterations ?? 1) : 1;
  const warming = probe.warmsUp && warmup > 0 ? warmUp(fn, warmup) : undefined;
  if (warming !== undefined) return warming.then(() => measureRegion(probe.startRegion(name, warmup), fn, calls));
  return measureRegion(probe.startRegion(name, warmup), fn, calls);
}

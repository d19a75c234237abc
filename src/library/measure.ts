import type { Measurement, MeasureOptions } from "../harness/measure-region.ts";
import type { RunningTrial } from "../harness/running-trial.ts";
import { currentTrial } from "./current-trial.ts";

export type { Measurement, MeasureOptions } from "../harness/measure-region.ts";

function checkIterations(iterations: number | undefined): void {
  if (iterations === undefined || (Number.isInteger(iterations) && iterations >= 2)) return;
  throw new RangeError(`measure(): iterations must be a whole number of at least 2, not ${String(iterations)}`);
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}

/** Where a module that imports `heapbook` is run by plain Node: nothing is measured. */
function callUnmeasured<T>(fn: () => T | Promise<T>): Measurement<T> | Promise<Measurement<T>> {
  const value = fn();
  if (isPromise(value)) return (value as Promise<T>).then((awaited) => ({ value: awaited, metrics: {} }));
  return { value, metrics: {} };
}

/**
 * Runs a function as a region that the cell's probes measure.
 *
 * - An async function (any that returns a promise) is awaited, and the region ends when it has settled.
 * - Its value is alive when the region's last reading is taken.
 * - Regions may be nested, repeated and run beside one another; what is alive in an inner one is alive in the outer one.
 *   Of regions of the same name the last one counts in the summary; all their checkpoints and collections are kept.
 * - A region that throws, or whose promise is rejected, reports nothing, and throws on.
 * - A region that never ends (a promise that never settles) reports nothing; a cell that awaits it fails.
 *
 * @throws RangeError where `iterations` is not a whole number of at least 2
 */
export function measure<T>(fn: () => Promise<T>, options?: MeasureOptions): Promise<Measurement<T>>;
export function measure<T>(fn: () => T, options?: MeasureOptions): Measurement<T>;
export function measure<T>(
  fn: () => T | Promise<T>,
  options?: MeasureOptions,
): Measurement<T> | Promise<Measurement<T>> {
  checkIterations(options?.iterations);
  // The work is done in the harness, whose code has run before the cell: here is as little as can be.
  const trial = currentTrial();
  if (trial === undefined) return callUnmeasured(fn);
  if (!trial.rehearsed) {
    trial.rehearsed = true;
    trial.probe.rehearse?.(measure as RunningTrial["measure"], checkpoint);
  }
  return trial.measure(fn, options);
}

/**
 * A forced-GC reading of the live bytes of all open regions (of the whole cell, where it measures none of its own), where
 * the `peak` probe is at work. Free and silent under every other probe, and outside regions.
 */
export function checkpoint(name = ""): void {
  currentTrial()?.probe.checkpoint(name);
}

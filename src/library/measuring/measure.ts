import type { Measurement, MeasureOptions } from "../../harness/measure-region.ts";
import type { RunningTrial } from "../../harness/running-trial.ts";
import { currentTrial } from "./current-trial.ts";

export type { Measurement, MeasureOptions } from "../../harness/measure-region.ts";

function checkIterations(iterations: number | undefined): void {
  if (iterations === undefined || (Number.isInteger(iterations) && iterations >= 2)) return;
  throw new RangeError(`measure(): iterations must be a whole number of at least 2, not ${String(iterations)}`);
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}

/** `measure()` outside a trial, where plain Node runs a module that imports `heapbook`: measures nothing. */
function callUnmeasured<T>(fn: () => T | Promise<T>): Measurement<T> | Promise<Measurement<T>> {
  const value = fn();
  if (isPromise(value)) return (value as Promise<T>).then((awaited) => ({ value: awaited, metrics: {} }));
  return { value, metrics: {} };
}

/**
 * Runs a function as a region that the cell's probes measure.
 *
 * - The function may return a promise. Then the region ends when the promise settles.
 * - The function's value is alive at the region's last reading.
 * - Regions can be nested, repeated and concurrent. Objects alive in an inner region are alive in the outer region too.
 *   Of several regions with one name, metrics come from the last; all checkpoints and collections are kept.
 * - A region whose function throws or rejects reports no metric. `measure()` throws the same error.
 * - A region whose promise never settles reports no metric. A cell that awaits it fails.
 *
 * @throws TypeError if the first argument is no function
 * @throws RangeError if `iterations` is not a whole number of at least 2
 */
export function measure<T>(fn: () => Promise<T>, options?: MeasureOptions): Promise<Measurement<T>>;
export function measure<T>(fn: () => T, options?: MeasureOptions): Measurement<T>;
export function measure<T>(
  fn: () => T | Promise<T>,
  options?: MeasureOptions,
): Measurement<T> | Promise<Measurement<T>> {
  if (typeof fn !== "function")
    throw new TypeError("measure(): the first argument is the function to measure; a name goes into { name } after it");
  checkIterations(options?.iterations);
  // The harness does the work, because its code is compiled before the cell runs. Code in this module is compiled
  // within the first region and would be measured.
  const trial = currentTrial();
  if (trial === undefined) return callUnmeasured(fn);
  if (!trial.rehearsed) {
    trial.rehearsed = true;
    trial.probe.rehearse?.(measure as RunningTrial["measure"], checkpoint);
  }
  return trial.measure(fn, options);
}

/**
 * Reads the live bytes of all open regions after forced collections, under the probe `peak`. A cell without `measure()` is one
 * region. Does nothing under other probes (under `bracket` it forces a collection), and outside regions.
 */
export function checkpoint(name = ""): void {
  currentTrial()?.probe.checkpoint(name);
}

import type { RegionProbe, Trial } from "../trial.ts";
import { currentTrial } from "./context.ts";

export interface MeasureOptions {
  /** Name of the region; metrics of different names are kept apart. */
  readonly name?: string;
}

export interface Measurement<T> {
  /** What the function returned. */
  readonly value: T;
  /** Metrics of the probe of this process, by id; empty where it has none. */
  readonly metrics: Readonly<Record<string, number>>;
}

const unmeasured: RegionProbe = { checkpoint: () => {}, end: () => ({}), abandon: () => {} };

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}

function close(region: RegionProbe): void {
  const open = currentTrial()?.openRegions;
  const index = open?.lastIndexOf(region) ?? -1;
  if (index >= 0) open?.splice(index, 1);
}

/** From the first `measure()` on, the regions that the cell names are measured, not its whole run. */
function leaveWholeCell(trial: Trial, wholeCell: RegionProbe): void {
  wholeCell.abandon();
  trial.openRegions.length = 0;
  trial.wholeCell = undefined;
  trial.send({ type: "whole-cell-abandoned" });
}

/**
 * Runs a function as a region that the cell's probes measure. An async function is awaited. Its value is alive when the
 * region's last reading is taken. A region that throws reports nothing and throws on.
 */
export function measure<T>(fn: () => Promise<T>, options?: MeasureOptions): Promise<Measurement<T>>;
export function measure<T>(fn: () => T, options?: MeasureOptions): Measurement<T>;
export function measure<T>(
  fn: () => T | Promise<T>,
  options: MeasureOptions = {},
): Measurement<T> | Promise<Measurement<T>> {
  const trial = currentTrial();
  if (trial?.wholeCell !== undefined) leaveWholeCell(trial, trial.wholeCell);
  const region = trial?.probe.startRegion(options.name ?? "") ?? unmeasured;
  trial?.openRegions.push(region);
  const finish = (value: T): Measurement<T> => {
    const metrics = region.end();
    close(region);
    return { value, metrics };
  };
  const fail = (error: unknown): never => {
    region.abandon();
    close(region);
    throw error;
  };
  let value: T | Promise<T>;
  try {
    value = fn();
  } catch (error) {
    return fail(error);
  }
  return isPromise(value) ? (value as Promise<T>).then(finish, fail) : finish(value);
}

/**
 * A forced-GC reading of the live bytes of the open regions, where the `peak` probe is at work; free and silent under
 * every other probe and outside regions.
 */
export function checkpoint(name = ""): void {
  for (const region of currentTrial()?.openRegions ?? []) region.checkpoint(name);
}

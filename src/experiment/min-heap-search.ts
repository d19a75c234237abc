import { totalmem } from "node:os";
import type { Trial } from "../model/report-results.ts";
import type { TrialExecutor, TrialSpec } from "../process/trial-executor.ts";

const BYTES_PER_MIB = 2 ** 20;
/** Where the search begins: more than Node itself needs, and what a small cell runs in. */
const FIRST_GUESS_MIB = 16;

export interface SearchRange {
  readonly firstGuess: number;
  /** Nothing above it is tried. */
  readonly most: number;
}

/**
 * The smallest whole number from 1 on that fits, if all above it do: doubled from a first guess until one fits, then
 * halved between the last that did not and that one. Undefined where nothing up to `most` fits.
 */
export async function findSmallest(
  fits: (size: number) => Promise<boolean>,
  { firstGuess, most }: SearchRange,
): Promise<number | undefined> {
  let tooSmall = 0;
  let enough = Math.min(firstGuess, most);
  while (!(await fits(enough))) {
    if (enough >= most) return undefined;
    tooSmall = enough;
    enough = Math.min(enough * 2, most);
  }
  while (enough - tooSmall > 1) {
    const middle = Math.floor((tooSmall + enough) / 2);
    if (await fits(middle)) enough = middle;
    else tooSmall = middle;
  }
  return enough;
}

/** V8's flag for a heap of so many MiB; the last one given wins. */
export function heapFlag(mebibytes: number): string {
  return `--max-old-space-size=${mebibytes}`;
}

/** A way to run a cell in which it must complete as well. */
export type Condition = Pick<TrialSpec, "probe" | "flags">;

/** A size that was found under conditions that vary is given so much to spare, and tried so often again. */
const TO_SPARE = 0.05;
const CONFIRMATIONS = 2;

/**
 * The smallest `--max-old-space-size` with which a cell completes, to 1 MiB, as a trial with the one metric `minHeap`: each
 * step is a process of its own. A process that ends badly in any way, or runs past the cell's timeout, has not completed;
 * what such a one printed as it crashed is dropped. Where the cell does not complete in all the memory of the machine, the
 * trial is that last failed one.
 *
 * @param conditions others in which it must complete, those in which the heap found will be used: V8 left to itself needs
 *   a little more than under the flags that make it repeat, and not the same each time, and a probe takes some room
 * @throws the signal's reason, if it was aborted
 */
export async function searchMinHeap(
  executor: TrialExecutor,
  spec: TrialSpec,
  signal: AbortSignal,
  conditions: readonly Condition[] = [],
): Promise<Trial> {
  let durationMs = 0;
  let failed: Trial | undefined;
  let completed: Trial | undefined;
  const completes = async (mebibytes: number, { probe, flags }: Condition): Promise<boolean> => {
    const trial = await executor.run({ ...spec, probe, flags: [...flags, heapFlag(mebibytes)] }, signal);
    durationMs += trial.durationMs;
    if (trial.failure !== null) failed = trial;
    else if (probe === spec.probe) completed = trial;
    return trial.failure === null;
  };
  const completesInAll = async (mebibytes: number, all: readonly Condition[]): Promise<boolean> => {
    for (const condition of all) if (!(await completes(mebibytes, condition))) return false;
    return true;
  };
  const most = Math.max(FIRST_GUESS_MIB, Math.floor(totalmem() / BYTES_PER_MIB));
  const fits = (mebibytes: number): Promise<boolean> => completesInAll(mebibytes, [spec, ...conditions]);
  let found = await findSmallest(fits, { firstGuess: FIRST_GUESS_MIB, most });
  const again = Array.from({ length: CONFIRMATIONS }, () => conditions).flat();
  if (found !== undefined && conditions.length > 0) found = Math.min(most, Math.ceil(found * (1 + TO_SPARE)));
  while (found !== undefined && !(await completesInAll(found, again))) found = found < most ? found + 1 : undefined;
  const last = found === undefined ? failed : completed;
  if (last === undefined) throw new Error("a search ends with a process that completed, or with none that did");
  const nothing = { collections: [], regionHeaps: [], checkpoints: [] };
  if (found === undefined) return { ...last, ...nothing, readings: [], durationMs };
  const value = found * BYTES_PER_MIB;
  const noted =
    conditions.length === 0
      ? {}
      : { note: `enough for ${conditions.map(({ probe }) => probe).join(", ")}, 5 % to spare` };
  const reading = { id: "minHeap", region: "", value, unit: "B", better: "lower", ...noted } as const;
  return { ...last, ...nothing, outputs: [], readings: [reading], durationMs };
}

/** The result of a search, in MiB; undefined where it failed. */
export function foundMinHeap(trials: readonly Trial[]): number | undefined {
  const values = trials.flatMap(({ readings }) => readings.filter(({ id }) => id === "minHeap"));
  // Of several searches the largest: with it the cell completed each time.
  return values.length === 0 ? undefined : Math.max(...values.map(({ value }) => value)) / BYTES_PER_MIB;
}

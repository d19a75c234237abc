import { totalmem } from "node:os";
import type { Trial } from "../model/report-results.ts";
import type { TrialExecutor, TrialSpec } from "../process/trial-executor.ts";

const BYTES_PER_MIB = 2 ** 20;
/** First heap size of the search, in MiB: enough for Node and a small cell. */
const FIRST_GUESS_MIB = 16;

export interface SearchRange {
  readonly firstGuess: number;
  /** Largest size that the search tries. */
  readonly most: number;
}

/**
 * Finds the smallest whole number ≥ 1 for which a test passes; every larger number must pass too. Doubles a first guess
 * until the test passes, then bisects. Undefined if the test fails for `most`.
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

/** V8's flag for the size of the old generation in MiB; of several, the last counts. */
export function heapFlag(mebibytes: number): string {
  return `--max-old-space-size=${mebibytes}`;
}

/** A probe with flags, under which a cell must complete with the heap found. */
export type Condition = Pick<TrialSpec, "probe" | "flags">;

/** Safety margin added to a heap that must suffice under conditions that vary, and number of confirming runs. */
const TO_SPARE = 0.05;
const CONFIRMATIONS = 2;

/**
 * Searches for the smallest `--max-old-space-size` with which a cell completes, to 1 MiB. Returns a trial with the
 * single metric `minHeap`. Each step runs one process; its output is dropped. A process that fails, or exceeds the
 * cell's timeout, counts as not completed. If the cell does not complete with all the memory of the machine, the result
 * is the last failed trial.
 *
 * @param conditions further conditions in which the cell must complete, because the heap found is used for them.
 *   Without determinism flags V8 needs a little more heap, not always the same, and probes need heap of their own
 * @throws the signal's reason, if it was aborted
 */
export async function searchMinHeap(
  executor: TrialExecutor,
  spec: TrialSpec,
  signal: AbortSignal,
  conditions: readonly Condition[] = [],
): Promise<Trial> {
  const runs = new HeapRuns(executor, spec, signal);
  const most = Math.max(FIRST_GUESS_MIB, Math.floor(totalmem() / BYTES_PER_MIB));
  const fits = (mebibytes: number): Promise<boolean> => runs.completeInAll(mebibytes, [spec, ...conditions]);
  let found = await findSmallest(fits, { firstGuess: FIRST_GUESS_MIB, most });
  const again = Array.from({ length: CONFIRMATIONS }, () => conditions).flat();
  if (found !== undefined && conditions.length > 0) found = Math.min(most, Math.ceil(found * (1 + TO_SPARE)));
  while (found !== undefined && !(await runs.completeInAll(found, again))) found = found < most ? found + 1 : undefined;
  return runs.toTrial(found, conditions);
}

/** The processes of one search. */
class HeapRuns {
  readonly #executor: TrialExecutor;
  readonly #spec: TrialSpec;
  readonly #signal: AbortSignal;
  #durationMs = 0;
  #failed: Trial | undefined;
  #completed: Trial | undefined;

  constructor(executor: TrialExecutor, spec: TrialSpec, signal: AbortSignal) {
    this.#executor = executor;
    this.#spec = spec;
    this.#signal = signal;
  }

  /**
   * Whether the cell completes with this heap under each condition. Stops at the first condition under which the cell
   * fails.
   */
  async completeInAll(mebibytes: number, conditions: readonly Condition[]): Promise<boolean> {
    for (const condition of conditions) if (!(await this.#completes(mebibytes, condition))) return false;
    return true;
  }

  async #completes(mebibytes: number, { probe, flags }: Condition): Promise<boolean> {
    const spec = { ...this.#spec, probe, flags: [...flags, heapFlag(mebibytes)] };
    const trial = await this.#executor.run(spec, this.#signal);
    this.#durationMs += trial.durationMs;
    if (trial.failure !== null) this.#failed = trial;
    else if (probe === this.#spec.probe) this.#completed = trial;
    return trial.failure === null;
  }

  /** The trial that represents the search: with the metric `minHeap`, or the last failed trial if no heap was found. */
  toTrial(foundMiB: number | undefined, conditions: readonly Condition[]): Trial {
    const last = foundMiB === undefined ? this.#failed : this.#completed;
    if (last === undefined) throw new Error("a search ended without any process");
    const trial = { ...last, collections: [], regionHeaps: [], checkpoints: [], durationMs: this.#durationMs };
    if (foundMiB === undefined) return { ...trial, readings: [] };
    const probes = conditions.map(({ probe }) => probe).join(", ");
    const note = conditions.length === 0 ? {} : { note: `enough for ${probes}, with a margin of 5 %` };
    const reading = { id: "minHeap", region: "", value: foundMiB * BYTES_PER_MIB, ...note };
    return { ...trial, outputs: [], readings: [reading] };
  }
}

/** The smallest heap found by the trials of a search, in MiB; undefined if the search failed. */
export function foundMinHeap(trials: readonly Trial[]): number | undefined {
  const values = trials.flatMap(({ readings }) => readings.filter(({ id }) => id === "minHeap"));
  // The largest result of several searches: with that heap the cell completed in every search.
  return values.length === 0 ? undefined : Math.max(...values.map(({ value }) => value)) / BYTES_PER_MIB;
}

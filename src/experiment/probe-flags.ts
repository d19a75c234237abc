import type { Instrumentation } from "../model/instrumentation.ts";
import type { ProbeName } from "../model/probes.ts";

/** Seeds V8's random numbers, and those that a sampling profiler takes: with it all samples of all trials were the same ones. */
const SEEDED = "--random-seed=1";

/**
 * Flags under which live bytes are the same from run to run (research/measurement.md, 4.3). Bytecode is kept: V8 drops that
 * of functions not called for some collections, and the forced ones of a probe would count as such.
 */
const DETERMINISTIC = ["--single-threaded", "--hash-seed=1", SEEDED, "--no-flush-bytecode"] as const;

/** All code of the cell is compiled before it runs: what a function's code weighs is then in the base, not in the region. */
const COMPILED_FIRST = ["--no-lazy"] as const;

/**
 * V8 counts a whole piece of old space as used when it takes it to put one thing there, and baseline code puts many small
 * ones there. It allocates what the interpreter does, so nothing else changes.
 */
const NO_BASELINE_CODE = ["--no-sparkplug"] as const;

/**
 * A collection at each MB, and full ones done in one go: used bytes after a full collection are live bytes, and those before
 * any are what is alive and some garbage (research/measurement.md, 4.4). `bracket-search.ts` adds what makes all of them full.
 */
const BRACKETING = [
  "--min-semi-space-size=1",
  "--max-semi-space-size=1",
  "--no-incremental-marking",
  "--no-allocation-site-pretenuring",
] as const;

/** The markers of lines are functions: code that is optimised would put them into their callers, and leave allocations out. */
const UNOPTIMISED = ["--no-opt", "--no-maglev"] as const;

/**
 * Markers that meter themselves (harness/meter/): theirs is the only code that V8 may optimise. The young generation is large
 * and the old one has room, so that V8 does not collect by itself: the meter has it done between expressions. What is new is
 * young, where it can be metered.
 */
const METERED = [
  "--expose-internals",
  "--turbo-filter=$hbm*",
  "--no-maglev",
  "--min-semi-space-size=64",
  "--max-semi-space-size=64",
  "--initial-old-space-size=2000",
  "--no-incremental-marking",
  "--no-allocation-site-pretenuring",
] as const;

export interface ProbeSetup {
  readonly flags: readonly string[];
  /** Flags that win over the cell's own. */
  readonly lastFlags?: readonly string[];
  /**
   * Trials that tell all there is to tell, where V8 is made to do the same in every process: a second one to see that it did,
   * or one where a trial is long. More are run only where a cell asks for its own number.
   */
  readonly enoughTrials?: number;
  /** Whether its readings are times, which other work on the machine would change: such trials run alone. */
  readonly timed: boolean;
}

const SETUPS: Readonly<Record<ProbeName, ProbeSetup>> = {
  output: { flags: [], timed: false },
  peak: { flags: [...DETERMINISTIC, ...COMPILED_FIRST], timed: false, enoughTrials: 2 },
  bracket: { flags: DETERMINISTIC, lastFlags: BRACKETING, timed: false, enoughTrials: 1 },
  allocated: { flags: [...DETERMINISTIC, ...COMPILED_FIRST, ...NO_BASELINE_CODE], timed: false },
  lines: { flags: [...DETERMINISTIC, ...COMPILED_FIRST], lastFlags: UNOPTIMISED, timed: false, enoughTrials: 1 },
  gc: { flags: [], timed: true },
  time: { flags: [], timed: true },
  "min-heap": { flags: DETERMINISTIC, timed: false },
};

export function probeSetup(probe: ProbeName): ProbeSetup {
  return SETUPS[probe];
}

/** All flags of a trial that meters the allocations of lines: the probe `lines` without live bytes. */
export function meteredFlags(cellFlags: readonly string[]): readonly string[] {
  return ["--expose-gc", ...DETERMINISTIC, ...COMPILED_FIRST, ...cellFlags, ...METERED];
}

/** All flags of a trial of the probe `lines`. Trials that sample have no seed, so that each takes other samples. */
export function linesFlags(
  { engine }: Pick<Instrumentation, "engine">,
  cellFlags: readonly string[],
): readonly string[] {
  if (engine === "meter") return meteredFlags(cellFlags);
  if (engine === "tracker") return trialFlags("lines", cellFlags);
  const steady = SETUPS.lines.flags.filter((flag) => flag !== SEEDED);
  return ["--expose-gc", ...steady, ...cellFlags, ...UNOPTIMISED];
}

/**
 * All flags of a trial. `--expose-gc` is given to every process, so that `settle()` and `references()` work in any cell; it
 * adds a global function and changes no collection.
 */
export function trialFlags(probe: ProbeName, cellFlags: readonly string[]): readonly string[] {
  const { flags, lastFlags = [] } = probeSetup(probe);
  return ["--expose-gc", ...flags, ...cellFlags, ...lastFlags];
}

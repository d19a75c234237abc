import type { Instrumentation } from "../model/instrumentation.ts";
import type { ProbeName } from "../model/probes.ts";
import { LAST_MAJOR_WITH_WHOLE_PAGES } from "../model/young-pages.ts";

/** Seeds V8's random numbers. They also choose a sampling profiler's samples, which are then equal in all trials. */
const SEEDED = "--random-seed=1";

/**
 * Flags under which live bytes are equal in every run: one thread, fixed seeds (docs/measurement.md#determinism-flags).
 * `--no-flush-bytecode`: V8 drops the bytecode of a function that was not called between some collections. The forced collections of
 * a probe would make V8 drop it early.
 */
const DETERMINISTIC = ["--single-threaded", "--hash-seed=1", SEEDED, "--no-flush-bytecode"] as const;

/** Compiles all code before it runs: the bytes of a function's code are then in the base, not in the region. */
const COMPILED_FIRST = ["--no-lazy"] as const;

/**
 * Turns off baseline code (docs/measurement.md#allocated). V8 counts a whole block of old space as used as soon as it
 * reserves the block for one object, and baseline code adds many small objects. Baseline code allocates the same as the
 * interpreter, so that nothing else changes.
 */
const NO_BASELINE_CODE = ["--no-sparkplug"] as const;

/**
 * The search for the true peak collects itself, at ticks of the code (harness/peak/). The young generation is large and the old one
 * has room, so that V8 does not collect by itself; full collections are done in one go. Only functions named `$hbm…`, those of the
 * ticks, are optimised: the readings would contain what V8's compilers make of the author's code. Baseline code is made with the
 * bytecode, before the region, and takes a third less time than the interpreter. With inline allocation V8 would count each piece of memory that it hands to a space, up to 256 KB, as used at its first object.
 */
const PEAK_SEARCH = [
  "--expose-internals",
  "--no-inline-new",
  "--turbo-filter=$hbm*",
  "--no-maglev",
  "--sparkplug",
  "--always-sparkplug",
  "--min-semi-space-size=8",
  "--max-semi-space-size=8",
  "--initial-old-space-size=2000",
  "--no-incremental-marking",
  "--no-allocation-site-pretenuring",
] as const;

/**
 * Up to Node 21, V8 counts a whole piece of old space, up to 256 KB, as used when it takes the piece for one object: the probe
 * `allocated` read 244 KB for ten objects. Without inline allocation each object has a piece of its own. Later versions count what
 * objects take: the flag changes no reading there, and made allocation 17 times slower.
 */
const COUNTED_PIECES = ["--no-inline-new"] as const;

/**
 * V8 marks and sweeps the young generation in place of copying it. Where it copies, it counts the end of a page that the next object does
 * not fit on as used: the probe `allocated` read 51 % too much for arrays of 88 KB (docs/measurement.md#allocated).
 */
const SWEPT_YOUNG = ["--minor-ms", "--no-concurrent-minor-ms-marking"] as const;

/**
 * Node 20 and 21 count the page on which V8 allocates as used, whole (harness/probes/young-page.ts). What is left of it is known at
 * the bounds of a region, so that V8 shall collect rarely in between.
 */
const COUNTED_PAGES = [
  ...COUNTED_PIECES,
  "--expose-internals",
  "--min-semi-space-size=64",
  "--max-semi-space-size=64",
  "--initial-old-space-size=2000",
] as const;
/** V8's name of `--minor-ms` in Node 20. */
const SWEPT_YOUNG_OF_20 = "--minor-mc";

/** After `PEAK_SEARCH`, for passes over a program that needs another amount of memory where V8 optimises its code. */
export const OPTIMISED_PASS = ["--turbo-filter=*"] as const;

/**
 * After `PEAK_SEARCH`, for a process that finds about where the peak is: V8 optimises all code and allocates as always, so that the
 * walks of the flagship take two seconds in place of five. Its bounds are taken as rough ones. Its young generation is half as large:
 * where V8 did not have to collect by itself here, it does not have to in the passes that follow (harness/peak/collector.ts).
 */
export const OPTIMISED_SCOUT = [
  ...OPTIMISED_PASS,
  "--inline-new",
  "--min-semi-space-size=4",
  "--max-semi-space-size=4",
] as const;

/** Markers are functions: optimised code would inline them, and would remove allocations. */
const UNOPTIMISED = ["--no-opt", "--no-maglev"] as const;

/**
 * V8's allocation tracker loses the line of an object that moves after a snapshot, or a tick of V8's own timer, has given it an id. A full
 * collection moves all new objects to the old generation; after it only compaction moves them.
 */
const IN_PLACE = ["--no-compact"] as const;

/**
 * For the engine `meter` (harness/meter/): V8 may optimise the markers only. Young and old generation are large, so that V8 does
 * not collect by itself: the meter forces collections between expressions. New objects are in the young generation, where the
 * meter can count them.
 */
const METERED = [
  "--expose-internals",
  "--turbo-filter=$hbm*",
  "--no-maglev",
  "--min-semi-space-size=64",
  "--max-semi-space-size=64",
  "--initial-old-space-size=2000",
  "--no-incremental-marking",
] as const;

export interface ProbeSetup {
  readonly flags: readonly string[];
  /** Flags after the cell's own, which they override. */
  readonly lastFlags?: readonly string[];
  /**
   * Number of trials that is enough for a probe with exact values: 2 to check that they agree, or 1 where a trial is long.
   * Exception: a cell with its own number of trials.
   */
  readonly enoughTrials?: number;
  /** Whether the probe reads clocks: its trials run alone, because other work on the machine would change them. */
  readonly timed: boolean;
}

const SETUPS: Readonly<Record<ProbeName, ProbeSetup>> = {
  output: { flags: [], timed: false },
  peak: { flags: [...DETERMINISTIC, ...COMPILED_FIRST], timed: false, enoughTrials: 2 },
  bracket: { flags: [...DETERMINISTIC, ...COMPILED_FIRST], lastFlags: PEAK_SEARCH, timed: false, enoughTrials: 1 },
  allocated: { flags: [...DETERMINISTIC, ...COMPILED_FIRST, ...NO_BASELINE_CODE], timed: false },
  "at-peak": {
    flags: [...DETERMINISTIC, ...COMPILED_FIRST],
    lastFlags: [...PEAK_SEARCH, ...IN_PLACE],
    timed: false,
    enoughTrials: 1,
  },
  lines: {
    flags: [...DETERMINISTIC, ...COMPILED_FIRST],
    lastFlags: [...UNOPTIMISED, ...IN_PLACE],
    timed: false,
    enoughTrials: 1,
  },
  gc: { flags: [], timed: true },
  time: { flags: [], timed: true },
  "min-heap": { flags: DETERMINISTIC, timed: false },
};

export function probeSetup(probe: ProbeName): ProbeSetup {
  return SETUPS[probe];
}

/** All flags of a trial of the probe `lines` without live bytes, whose engine is `meter`. */
function meteredFlags(cellFlags: readonly string[]): readonly string[] {
  return ["--expose-gc", ...DETERMINISTIC, ...COMPILED_FIRST, ...cellFlags, ...METERED];
}

/** All flags of a trial of the probe `lines`. Sampling trials have no seed, so that each takes different samples. */
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
 * All flags of a trial. Every process gets `--expose-gc`, so that `settle()` and `references()` work in any cell; the flag adds a
 * global function and changes no collection.
 */
export function trialFlags(probe: ProbeName, cellFlags: readonly string[]): readonly string[] {
  const { flags, lastFlags = [] } = probeSetup(probe);
  return ["--expose-gc", ...flags, ...cellFlags, ...lastFlags];
}

/** The flags of a trial, with those that its probe needs on this version of Node (`20.20.2`). */
export function withVersionFlags(probe: ProbeName, flags: readonly string[], node: string): readonly string[] {
  if (probe !== "allocated") return flags;
  const major = Number.parseInt(node, 10);
  if (major > LAST_MAJOR_WITH_WHOLE_PAGES) return [...flags, ...SWEPT_YOUNG];
  return [...flags, major === 21 ? SWEPT_YOUNG[0] : SWEPT_YOUNG_OF_20, ...COUNTED_PAGES];
}

import type { Instrumentation } from "../model/instrumentation.ts";
import type { ProbeName } from "../model/probes.ts";
import { LAST_MAJOR_WITH_WHOLE_PAGES } from "../model/young-pages.ts";

/** Seeds V8's random numbers. A sampling profiler would choose the same samples in all trials with this seed. */
const SEEDED = "--random-seed=1";

/**
 * Flags under which live bytes are equal in every run: one thread, fixed seeds (docs/measurement.md#determinism-flags).
 * `--no-flush-bytecode`: V8 drops the bytecode of a function that was not called between some collections. The forced collections of
 * a probe would make V8 drop it early.
 */
const DETERMINISTIC = ["--single-threaded", "--hash-seed=1", SEEDED, "--no-flush-bytecode"] as const;

/**
 * Compiles all code before it runs. So no function is compiled within a region, whose bytes would include the compiled
 * code.
 */
const COMPILED_FIRST = ["--no-lazy"] as const;

/**
 * Turns off baseline code (docs/measurement.md#allocated). V8 counts a whole block of old space as used as soon as it
 * reserves the block for one object, and baseline code adds many small objects. Baseline code allocates the same as the
 * interpreter, so that nothing else changes.
 */
const NO_BASELINE_CODE = ["--no-sparkplug"] as const;

/**
 * Flags for the search for the peak, which forces collections itself, at ticks (harness/peak/). Large spaces prevent
 * unplanned collections; full collections are done in one step. Only the tick functions, named `$hbm…`, are optimised:
 * compiled code of the author's functions would change the readings. Baseline code is compiled with the bytecode,
 * before the region, and takes a third less time than the interpreter. `--no-inline-new`: with inline allocation V8
 * counts each buffer of up to 256 KB as used at its first object.
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
 * Turns off inline allocation. Up to Node 21, V8 counts a whole buffer of old space, up to 256 KB, as used at its first
 * object: the probe `allocated` read 244 KB for ten objects. Without inline allocation each object gets its own memory.
 * Later versions count only the objects: there the flag would change no reading, and made allocation 17 times slower.
 */
const COUNTED_PIECES = ["--no-inline-new"] as const;

/**
 * Collects the young generation by mark-sweep instead of copying. When copying, V8 counts the end of a page that is too
 * small for the next object as used: the probe `allocated` read 51 % too much for arrays of 88 KB
 * (docs/measurement.md#allocated).
 */
const SWEPT_YOUNG = ["--minor-ms", "--no-concurrent-minor-ms-marking"] as const;

/**
 * Flags for Node 20 and 21, which count the whole current page of the young generation as used
 * (harness/probes/young-page.ts). The probe corrects for the unused rest at both ends of a region, so V8 should collect
 * rarely in between.
 */
const COUNTED_PAGES = [
  ...COUNTED_PIECES,
  "--expose-internals",
  "--min-semi-space-size=64",
  "--max-semi-space-size=64",
  "--initial-old-space-size=2000",
] as const;
/** Name of the flag `--minor-ms` in Node 20. */
const SWEPT_YOUNG_OF_20 = "--minor-mc";

/** Added to `PEAK_SEARCH` for passes over a program whose peak differs in optimised code. */
export const OPTIMISED_PASS = ["--turbo-filter=*"] as const;

/**
 * Added to `PEAK_SEARCH` for a scout, which finds the rough peak: V8 optimises all code and allocates inline, so that
 * the walks of the flagship report take two seconds instead of five. The young generation is half as large: if it was
 * enough here, the following passes need no unplanned collection either (harness/peak/collector.ts).
 */
export const OPTIMISED_SCOUT = [
  ...OPTIMISED_PASS,
  "--inline-new",
  "--min-semi-space-size=4",
  "--max-semi-space-size=4",
] as const;

/** Turns off optimisation. Optimised code would inline the marker functions, and would remove allocations. */
const UNOPTIMISED = ["--no-opt", "--no-maglev"] as const;

/**
 * Turns off compaction. V8's allocation tracker loses the line of an object that moves after V8 has given it an id, in
 * a snapshot or at a tick of its timer. A full collection moves all new objects to the old generation; after that, only
 * compaction moves them.
 */
const IN_PLACE = ["--no-compact"] as const;

/**
 * For the engine `meter` (harness/meter/): V8 may optimise only the meter's own functions (`$hbm…`), neither markers
 * nor the author's code. Young and old generation are large, so that V8 does not collect by itself: the meter forces
 * collections between expressions. New objects are in the young generation, where the meter can count them.
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

/** All flags of a trial of the probe `lines` with the engine `meter`, which measures no live bytes. */
function meteredFlags(cellFlags: readonly string[]): readonly string[] {
  return ["--expose-gc", ...DETERMINISTIC, ...COMPILED_FIRST, ...cellFlags, ...METERED];
}

/**
 * All flags of a trial of the probe `lines`. Trials of the engine `sampler` have no random seed, so that each takes
 * different samples.
 */
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

/** Adds the flags that a probe needs on this version of Node. @param node version, such as `20.20.2` */
export function withVersionFlags(probe: ProbeName, flags: readonly string[], node: string): readonly string[] {
  if (probe !== "allocated") return flags;
  const major = Number.parseInt(node, 10);
  if (major > LAST_MAJOR_WITH_WHOLE_PAGES) return [...flags, ...SWEPT_YOUNG];
  return [...flags, major === 21 ? SWEPT_YOUNG[0] : SWEPT_YOUNG_OF_20, ...COUNTED_PAGES];
}

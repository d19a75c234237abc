import type { ProbeName } from "../harness/protocol.ts";

/** Flags under which live bytes are the same from run to run (research/measurement.md, 4.3). */
const DETERMINISTIC = ["--single-threaded", "--hash-seed=1", "--random-seed=1"] as const;

export interface ProbeSetup {
  readonly flags: readonly string[];
  /** Whether its readings are times, which other work on the machine would change: such trials run alone. */
  readonly timed: boolean;
}

const SETUPS: Readonly<Record<ProbeName, ProbeSetup>> = {
  output: { flags: [], timed: false },
  peak: { flags: DETERMINISTIC, timed: false },
  gc: { flags: [], timed: true },
  time: { flags: [], timed: true },
};

export function probeSetup(probe: ProbeName): ProbeSetup {
  return SETUPS[probe];
}

/**
 * All flags of a trial. `--expose-gc` is given to every process, so that `settle()` and `references()` work in any cell; it
 * adds a global function and changes no collection.
 */
export function trialFlags(probe: ProbeName, cellFlags: readonly string[]): readonly string[] {
  return ["--expose-gc", ...probeSetup(probe).flags, ...cellFlags];
}

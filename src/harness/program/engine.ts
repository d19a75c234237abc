import type { ProgramInstructions } from "../../model/program-records.ts";

/** Measures one region of a traced program, from `begin()` to `end()`. */
export interface ProgramEngine {
  /** Whether measuring keeps the event loop open, so that Node itself cannot notice the end of the program. */
  readonly holdsLoop: boolean;
  /** Starts the region. `isWhole`: no code of the program has run yet. */
  begin(isWhole: boolean): void;
  /** Reads the live bytes without ending the region. `isDriverStart`: just before the driver starts. */
  read(isDriverStart: boolean): void;
  end(): void;
}

/** Prepares an engine. Must run before the program's code is loaded. */
export type CreateEngine = (instructions: ProgramInstructions) => ProgramEngine;

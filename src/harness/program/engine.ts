import type { ProgramInstructions } from "../../model/program-records.ts";

/** The engine of a traced program: measures one region, from `begin()` to `end()`. */
export interface ProgramEngine {
  /** Whether measuring keeps the event loop open, so that Node cannot find the end of the program by itself. */
  readonly holdsLoop: boolean;
  /** Starts the region. `isWhole`: nothing of the program has run yet. */
  begin(isWhole: boolean): void;
  /** Reads the live bytes without ending the region. */
  read(): void;
  end(): void;
}

/** Prepares the engine. Must run before the program's code is loaded. */
export type CreateEngine = (instructions: ProgramInstructions) => ProgramEngine;

/** An exception, its stack still in lines of the bundle. */
export interface ThrownError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  /** Whether it was thrown by a promise nobody awaited, or by a callback, rather than by the cell's own run. */
  readonly uncaught: boolean;
  /** Of a python cell, whose frames are in lines of the report already; `stack` is empty then. */
  readonly traceback?: Traceback;
}

/** The author's frames of a Python traceback, innermost first, and how many others there were between them. */
export interface Traceback {
  readonly frames: readonly ThrownFrame[];
  readonly hiddenFrames: number;
}

/** A frame of a Python traceback. `file` as Python has it: `report.md`, an absolute path, or empty for no place. */
export interface ThrownFrame {
  readonly functionName: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Exceptions as a measured process reports them, before their places are mapped to the report. */

/** An exception. `stack` is in lines of the bundle. */
export interface ThrownError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  /** Whether a callback or a promise without an `await` threw it, instead of the cell's own run. */
  readonly uncaught: boolean;
  /** The frames of a python cell, in lines of the report; `stack` is empty then. */
  readonly traceback?: Traceback;
}

/** The author's frames of a Python traceback, innermost first, and the number of other frames between them. */
export interface Traceback {
  readonly frames: readonly ThrownFrame[];
  readonly hiddenFrames: number;
}

/** A frame of a Python traceback. `file` as in Python: `report.md`, an absolute path, or empty for a frame without a place. */
export interface ThrownFrame {
  readonly functionName: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

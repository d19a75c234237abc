/** Exceptions as a measured process reports them, before their places are mapped to the report. */

/** An exception. Positions in `stack` refer to the bundle, not to report.md. */
export interface ThrownError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  /**
   * Whether the exception was thrown by a callback or by a promise that nothing awaits, rather than by the cell's own
   * code.
   */
  readonly uncaught: boolean;
  /** Frames of a python cell, with lines of report.md. `stack` is empty then. */
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

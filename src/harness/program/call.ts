/** Instructions of the preloaded entry for the main file that calls one export (call-export.ts). */
export interface CallInstructions {
  /** Absolute path of the program's file. */
  readonly path: string;
  readonly exportName: string;
  begin(): void;
  end(): void;
}

export const PROGRAM_CALL: unique symbol = Symbol.for("heapbook.call") as never;

/** Names of errors for which the parent has its own messages. */
export const MISSING_EXPORT = "HeapbookMissingExport";
export const NOT_CALLABLE = "HeapbookExportIsNoFunction";

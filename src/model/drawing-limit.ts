/** Resources of the thread that draws charts which have a limit. */
export const DRAWING_RESOURCES = ["cpu", "wall", "memory"] as const;

/** The limit that ended the drawing of a chart. */
export interface DrawingLimit {
  readonly resource: (typeof DRAWING_RESOURCES)[number];
  /** Milliseconds of user CPU time, milliseconds of wall time, or bytes. */
  readonly limit: number;
  /** Of `wall`: user CPU time until then, ms. */
  readonly cpuMs?: number | undefined;
}

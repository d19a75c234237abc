/** Resources that are limited in the thread that draws a chart: user CPU time, wall time, memory. */
export const DRAWING_RESOURCES = ["cpu", "wall", "memory"] as const;

/** The limit that ended the drawing of a chart. */
export interface DrawingLimit {
  readonly resource: (typeof DRAWING_RESOURCES)[number];
  /** Milliseconds of user CPU time, milliseconds of wall time, or bytes. */
  readonly limit: number;
  /** User CPU time used before the limit of wall time ended the drawing, ms. Only where `resource` is `wall`. */
  readonly cpuMs?: number | undefined;
}

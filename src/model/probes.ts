/**
 * The probes, in the order of pages and results. A cell can name all but `output`, `bracket` and `at-peak`, which
 * Heapbook plans itself: `output` for every variant (it shows the outputs and measures nothing), `bracket` with `peak`,
 * and `at-peak` with `peak` and `lines`.
 */
export const PROBES = ["output", "peak", "bracket", "allocated", "lines", "at-peak", "gc", "time", "min-heap"] as const;

export type ProbeName = (typeof PROBES)[number];

/** Probes that Heapbook plans itself and that no cell can name. */
const PLANNED_PROBES = ["output", "bracket", "at-peak"] as const;

/** A probe that a cell can name. */
export type UserProbe = Exclude<ProbeName, (typeof PLANNED_PROBES)[number]>;

export const USER_PROBES: readonly UserProbe[] = PROBES.filter(
  (probe): probe is UserProbe => !(PLANNED_PROBES as readonly ProbeName[]).includes(probe),
);

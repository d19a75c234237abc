/**
 * The probes of a trial, in the order of pages and results. A cell can name all but three. `output` measures nothing: the report
 * shows the outputs of its trial. Heapbook plans `bracket` for every `peak`, and `at-peak` where a cell has `peak` and `lines`.
 */
export const PROBES = ["output", "peak", "bracket", "allocated", "lines", "at-peak", "gc", "time", "min-heap"] as const;

export type ProbeName = (typeof PROBES)[number];

/** Probes that no cell names. */
const PLANNED_PROBES = ["output", "bracket", "at-peak"] as const;

/** A probe that a cell can name. */
export type UserProbe = Exclude<ProbeName, (typeof PLANNED_PROBES)[number]>;

export const USER_PROBES: readonly UserProbe[] = PROBES.filter(
  (probe): probe is UserProbe => !(PLANNED_PROBES as readonly ProbeName[]).includes(probe),
);

/**
 * The probes of a trial, in the order of pages and results. A cell can name all but two. `output` measures nothing: the report
 * shows the outputs of its trial. `bracket` is planned by Heapbook for every `peak`.
 */
export const PROBES = ["output", "peak", "bracket", "allocated", "lines", "gc", "time", "min-heap"] as const;

export type ProbeName = (typeof PROBES)[number];

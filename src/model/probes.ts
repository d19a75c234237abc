/**
 * The probes a trial can run with. `output` measures nothing: its trial gives the outputs shown in the report. `bracket` is
 * Heapbook's own, planned wherever `peak` is asked for; the others are what a cell may name.
 */
export type ProbeName = "output" | "peak" | "bracket" | "allocated" | "lines" | "gc" | "time" | "min-heap";

/**
 * The probes of a trial. A cell can name all but two. `output` measures nothing: the report shows the outputs of its trial.
 * `bracket` is planned by Heapbook for every `peak`.
 */
export type ProbeName = "output" | "peak" | "bracket" | "allocated" | "lines" | "gc" | "time" | "min-heap";

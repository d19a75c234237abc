import type { Better } from "../model/metrics.ts";
import type { ProbeName } from "../model/probes.ts";

/**
 * A built-in metric. This table is the only source of a metric's label, unit, direction and probe, for summaries,
 * tables, charts, expressions and docs. The measured process sends only id and value.
 */
export interface MetricDescriptor {
  readonly id: string;
  readonly label: string;
  readonly unit: string;
  readonly better: Better;
  readonly probe: Exclude<ProbeName, "at-peak">;
  /** One sentence: what the number is, and what it does not include. */
  readonly description: string;
}

export const METRICS: readonly MetricDescriptor[] = [
  {
    id: "peakLive",
    label: "peak live memory",
    unit: "B",
    better: "lower",
    probe: "peak",
    description:
      "The most bytes alive at any moment of a region (heap and external memory, machine code excluded), less what was alive before it: a search over several processes gives bounds that contain it, within 0.1 % and some kilobytes where one statement does not allocate more.",
  },
  {
    id: "checkpointLive",
    label: "live memory at checkpoints",
    unit: "B",
    better: "lower",
    probe: "peak",
    description:
      "The most bytes alive at any `checkpoint()` of a region and at its end (used heap and external memory after two forced collections), less what was alive before it. Not a peak: more can be alive between two readings.",
  },
  {
    id: "endLive",
    label: "live memory at the end",
    unit: "B",
    better: "lower",
    probe: "peak",
    description: "Bytes alive at the end of a region while its value is still held, less what was alive before it.",
  },
  {
    id: "endExternal",
    label: "live memory at the end, outside of the heap",
    unit: "B",
    better: "lower",
    probe: "peak",
    description:
      "What of `endLive` is outside of V8's heap: ArrayBuffers, strings that Node makes of large buffers, memory of WebAssembly as far as V8 counts it. The rest is in the heap.",
  },
  {
    id: "peakLow",
    label: "peak live memory, at least",
    unit: "B",
    better: "lower",
    probe: "bracket",
    description:
      "Lower bound of the peak: the most bytes in use after any full collection of the search, all of which are alive, less what was alive before the region.",
  },
  {
    id: "peakHigh",
    label: "peak live memory, at most",
    unit: "B",
    better: "lower",
    probe: "bracket",
    description:
      "Upper bound of the peak: the most bytes in use before any collection of the search, garbage not yet collected included, less what was alive before the region.",
  },
  {
    id: "allocated",
    label: "allocated memory",
    unit: "B",
    better: "lower",
    probe: "allocated",
    description:
      "Bytes that a region allocated, freed ones included: the growth of the used heap and of ArrayBuffers between collections, summed. Allocations that optimised code removes are not in it.",
  },
  {
    id: "tracedAllocated",
    label: "allocated memory, traced",
    unit: "B",
    better: "lower",
    probe: "lines",
    description:
      "Bytes that a region allocated in unoptimised code, freed ones included, as V8's allocation tracker counted them line by line; what V8 allocates for itself (code, feedback, shapes) is not in it.",
  },
  {
    id: "tracedAllocations",
    label: "allocations, traced",
    unit: "count",
    better: "lower",
    probe: "lines",
    description: "Number of allocations in the same code, as V8 makes them: an array and its elements are two.",
  },
  {
    id: "tracedLive",
    label: "live memory, traced",
    unit: "B",
    better: "lower",
    probe: "lines",
    description:
      "Bytes alive at the end of a region of what was allocated since tracing began, less those alive at its start.",
  },
  {
    id: "collections",
    label: "collections",
    unit: "count",
    better: "lower",
    probe: "gc",
    description: "Garbage collections that began in a region, of the young and the whole heap.",
  },
  {
    id: "minorCollections",
    label: "minor collections",
    unit: "count",
    better: "lower",
    probe: "gc",
    description: "Collections of the young generation (scavenges, or minor mark-sweeps).",
  },
  {
    id: "majorCollections",
    label: "major collections",
    unit: "count",
    better: "lower",
    probe: "gc",
    description: "Collections of the whole heap (mark-compact).",
  },
  {
    id: "pauseTotal",
    label: "total pause",
    unit: "ms",
    better: "lower",
    probe: "gc",
    description: "Sum of the time the main thread stood still for collections.",
  },
  {
    id: "pauseP50",
    label: "median pause",
    unit: "ms",
    better: "lower",
    probe: "gc",
    description: "The pause that half of all pauses do not exceed (nearest rank).",
  },
  {
    id: "pauseP95",
    label: "95th percentile of pauses",
    unit: "ms",
    better: "lower",
    probe: "gc",
    description:
      "The pause that 95 of 100 pauses do not exceed (nearest rank); with fewer than 20 pauses, the longest.",
  },
  {
    id: "pauseMax",
    label: "longest pause",
    unit: "ms",
    better: "lower",
    probe: "gc",
    description: "The longest single pause.",
  },
  {
    id: "heapPeak",
    label: "peak of the used heap",
    unit: "B",
    better: "lower",
    probe: "gc",
    description: "The most bytes in use before any collection, garbage included; not what the program needs.",
  },
  {
    id: "promoted",
    label: "promoted memory",
    unit: "B",
    better: "lower",
    probe: "gc",
    description:
      "Bytes by which the old generation (every space but the young ones) grew during minor collections: survivors of the young generation. Objects that a full collection moves cannot be separated from what it frees, and are not counted.",
  },
  {
    id: "freed",
    label: "freed memory",
    unit: "B",
    better: "neither",
    probe: "gc",
    description: "Used heap before less used heap after, summed over all collections of a region.",
  },
  {
    id: "observedTime",
    label: "wall time while observed",
    unit: "ms",
    better: "neither",
    probe: "gc",
    description:
      "Elapsed time of a region while its collections are recorded; the difference to the wall time is the cost of recording.",
  },
  {
    id: "firstWallTime",
    label: "wall time, first iteration",
    unit: "ms",
    better: "lower",
    probe: "time",
    description: "Elapsed time of the first of `iterations`: loading, compiling and cold caches included.",
  },
  {
    id: "firstUserTime",
    label: "user CPU time, first iteration",
    unit: "ms",
    better: "lower",
    probe: "time",
    description: "CPU time of all threads of the process in user mode during the first of `iterations`.",
  },
  {
    id: "firstSystemTime",
    label: "system CPU time, first iteration",
    unit: "ms",
    better: "lower",
    probe: "time",
    description: "CPU time of all threads of the process in the kernel during the first of `iterations`.",
  },
  {
    id: "wallTime",
    label: "wall time",
    unit: "ms",
    better: "lower",
    probe: "time",
    description: "Elapsed time of a region, or the median over its iterations after the first.",
  },
  {
    id: "userTime",
    label: "user CPU time",
    unit: "ms",
    better: "lower",
    probe: "time",
    description:
      "CPU time of all threads of the process in user mode during a region, or the median over its iterations after the first.",
  },
  {
    id: "systemTime",
    label: "system CPU time",
    unit: "ms",
    better: "lower",
    probe: "time",
    description:
      "CPU time of all threads of the process in the kernel during a region, or the median over its iterations after the first.",
  },
  {
    id: "peakRss",
    label: "peak resident set",
    unit: "B",
    better: "lower",
    probe: "time",
    description:
      "The most memory the operating system had given the whole process up to the end of the region, Node itself included.",
  },
  {
    id: "minHeap",
    label: "smallest heap",
    unit: "B",
    better: "lower",
    probe: "min-heap",
    description:
      "The smallest `--max-old-space-size` with which the cell completes, in steps of 1 MiB, Node itself included and the young generation not.",
  },
];

/**
 * The probe that a cell must name to get a metric. `bracket` and `at-peak` cannot be named: their metrics come with
 * `peak`.
 */
export function probeOf({ probe }: MetricDescriptor): Exclude<ProbeName, "bracket" | "at-peak"> {
  return probe === "bracket" ? "peak" : probe;
}

const byId = new Map(METRICS.map((metric) => [metric.id, metric]));

/** The descriptor of a built-in metric; undefined for a metric that a cell reports by `metric()`. */
export function describeMetric(id: string): MetricDescriptor | undefined {
  return byId.get(id);
}

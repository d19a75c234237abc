import type { Better, ProbeName } from "../harness/protocol.ts";

/** What a metric is. Tables, charts, expressions and docs read this and nothing else. */
export interface MetricDescriptor {
  readonly id: string;
  readonly label: string;
  readonly unit: string;
  readonly better: Better;
  readonly probe: ProbeName;
  /** One sentence: what the number is and what it is not. */
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
      "The most bytes alive at any checkpoint of a region (used heap plus ArrayBuffers after two forced collections), less what was alive before it.",
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
    id: "wallTime",
    label: "wall time",
    unit: "ms",
    better: "lower",
    probe: "time",
    description: "Elapsed time of a region.",
  },
  {
    id: "userTime",
    label: "user CPU time",
    unit: "ms",
    better: "lower",
    probe: "time",
    description: "CPU time of all threads of the process in user mode during a region.",
  },
  {
    id: "systemTime",
    label: "system CPU time",
    unit: "ms",
    better: "lower",
    probe: "time",
    description: "CPU time of all threads of the process in the kernel during a region.",
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
];

const byId = new Map(METRICS.map((metric) => [metric.id, metric]));

/** The descriptor of a built-in metric, or undefined for one that a cell made with `metric()`. */
export function describeMetric(id: string): MetricDescriptor | undefined {
  return byId.get(id);
}

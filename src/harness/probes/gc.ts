import { type PerformanceEntry, PerformanceObserver, performance } from "node:perf_hooks";
import { GCProfiler, type GCProfilerResult, getHeapSpaceStatistics, getHeapStatistics } from "node:v8";
import type { Collection, CollectionKind, HeapReading, RegionHeap } from "../../model/collections.ts";
import { pauseMetrics } from "../../model/pauses.ts";
import { send } from "../channel.ts";
import type { Probe, RegionProbe } from "../running-trial.ts";
import { isMajor, isPhase, kindOf } from "./collection-kinds.ts";
import { joinTimes, type TimedEntry } from "./collection-times.ts";
import { sendMetrics } from "./send-metrics.ts";

/** Copied before the cell runs: the cell may replace the function. */
const now = performance.now.bind(performance);

/** Time at which `now()` is 0, on the clock of V8's trace (`process.hrtime`), in µs. */
const originMicroseconds = Number(process.hrtime.bigint() / 1000n) - now() * 1000;

type Statistics = GCProfilerResult["statistics"][number];

/** Kind of a collection by `detail.kind` of its `gc` performance entry (V8's GCType). */
const KIND_BY_NUMBER: Readonly<Record<number, CollectionKind>> = {
  1: "scavenge",
  2: "minor-mark-sweep",
  4: "mark-compact",
  8: "incremental-marking",
  16: "weak-callbacks",
};

/** Names of the spaces of V8's young generation. All other spaces belong to the old generation. */
const YOUNG_SPACES: ReadonlySet<string> = new Set(["new_space", "new_large_object_space"]);

interface Ended {
  readonly heap: RegionHeap;
  readonly startMs: number;
  readonly endMs: number;
  readonly collections: readonly Omit<Collection, "timeMs">[];
}

const ended: Ended[] = [];
const entries: PerformanceEntry[] = [];
const observer = new PerformanceObserver((list) => {
  entries.push(...list.getEntries());
});

function spaces(statistics: Statistics["beforeGC"]): Record<string, number> {
  return Object.fromEntries(statistics.heapSpaceStatistics.map((space) => [space.spaceName, space.spaceUsedSize]));
}

function readHeap(): HeapReading {
  const usedBytes = getHeapStatistics().used_heap_size;
  const spacesBytes = getHeapSpaceStatistics().map((space) => [space.space_name, space.space_used_size]);
  return { usedBytes, spacesBytes: Object.fromEntries(spacesBytes) };
}

function oldBytes(spacesBytes: Readonly<Record<string, number>>): number {
  return Object.entries(spacesBytes).reduce((sum, [name, bytes]) => (YOUNG_SPACES.has(name) ? sum : sum + bytes), 0);
}

function sum<T>(items: readonly T[], amount: (item: T) => number): number {
  return items.reduce((total, item) => total + amount(item), 0);
}

function toCollection(region: string, statistics: Statistics): Ended["collections"][number] {
  return {
    region,
    kind: kindOf(statistics.gcType),
    pauseMs: statistics.cost / 1000,
    usedBeforeBytes: statistics.beforeGC.heapStatistics.usedHeapSize,
    usedAfterBytes: statistics.afterGC.heapStatistics.usedHeapSize,
    spacesBeforeBytes: spaces(statistics.beforeGC),
    spacesAfterBytes: spaces(statistics.afterGC),
  };
}

/**
 * Computes the metrics of a region. Pauses include phases (steps of incremental marking, weak callbacks), because the
 * main thread stops in them. Counts and bytes do not.
 */
function sumUp(events: Ended["collections"], usedAtEndBytes: number): Record<string, number> {
  const collections = events.filter(({ kind }) => !isPhase(kind));
  const minor = collections.filter(({ kind }) => !isMajor(kind));
  return {
    collections: collections.length,
    minorCollections: minor.length,
    majorCollections: collections.length - minor.length,
    ...pauseMetrics(events.map(({ pauseMs }) => pauseMs)),
    heapPeak: collections.reduce((most, event) => Math.max(most, event.usedBeforeBytes), usedAtEndBytes),
    promoted: sum(minor, (event) => Math.max(0, oldBytes(event.spacesAfterBytes) - oldBytes(event.spacesBeforeBytes))),
    freed: sum(collections, (event) => event.usedBeforeBytes - event.usedAfterBytes),
  };
}

class GcRegion implements RegionProbe {
  readonly #region: string;
  readonly #profiler = new GCProfiler();
  readonly #start: HeapReading;
  readonly #startMs: number;

  constructor(region: string) {
    this.#region = region;
    this.#start = readHeap();
    this.#profiler.start();
    this.#startMs = now();
  }

  lap(): void {}

  awaits(): void {}

  end(): Record<string, number> {
    const observedMs = now() - this.#startMs;
    const end = readHeap();
    // Reading the heap can cause a collection. The window ends after the reading, so that both of V8's reports contain
    // it.
    const endMs = now();
    const collections = this.#profiler.stop().statistics.map((event) => toCollection(this.#region, event));
    const heap = { region: this.#region, endMs: observedMs, start: this.#start, end };
    ended.push({ heap, startMs: this.#startMs, endMs, collections });
    const metrics = { ...sumUp(collections, end.usedBytes), observedTime: observedMs };
    sendMetrics(this.#region, metrics);
    return metrics;
  }

  abandon(): void {
    this.#profiler.stop();
  }
}

function toTimedEntry(entry: PerformanceEntry): TimedEntry {
  const { detail } = entry as { detail?: { kind?: number } };
  return { kind: KIND_BY_NUMBER[detail?.kind ?? 0] ?? "other", startMs: entry.startTime };
}

/**
 * Records every collection of a region: kind, time, pause, and used bytes before and after, by space. Also records the
 * heap at start and end of the region.
 */
export const gcProbe: Probe = {
  repeats: false,
  warmsUp: true,
  startRegion: (region) => new GcRegion(region),
  checkpoint: () => {},
  calibrate: () => {},
  flush: () => {
    entries.push(...observer.takeRecords());
    const timed = entries.map(toTimedEntry);
    for (const region of ended) {
      const pausesMs = region.collections.map(({ pauseMs }) => pauseMs);
      send({
        type: "region-heap",
        heap: region.heap,
        startMicroseconds: originMicroseconds + 1000 * region.startMs,
        pausesMs,
      });
      const kinds = region.collections.map(({ kind }) => kind);
      const times = joinTimes(kinds, timed, region);
      region.collections.forEach((collection, i) => {
        send({ type: "collection", collection: { ...collection, timeMs: times[i] ?? null } });
      });
    }
    ended.length = 0;
  },
};

/** Starts to observe collections. Entries reach the observer only when the event loop turns. */
export function startGcProbe(): void {
  observer.observe({ entryTypes: ["gc"] });
}

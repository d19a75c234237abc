import { type PerformanceEntry, PerformanceObserver, performance } from "node:perf_hooks";
import { GCProfiler, type GCProfilerResult, getHeapStatistics } from "node:v8";
import { send } from "../channel.ts";
import type { Collection, CollectionKind } from "../protocol.ts";
import type { Probe, RegionProbe } from "../trial.ts";

type Statistics = GCProfilerResult["statistics"][number];

const KIND_BY_NAME: Readonly<Record<string, CollectionKind>> = {
  Scavenge: "scavenge",
  MinorMarkSweep: "minor-mark-sweep",
  MinorMarkCompact: "minor-mark-sweep",
  MarkSweepCompact: "mark-compact",
  IncrementalMarking: "incremental-marking",
  ProcessWeakCallbacks: "weak-callbacks",
};

/** `detail.kind` of a `gc` performance entry, from V8's GCType. */
const KIND_BY_NUMBER: Readonly<Record<number, CollectionKind>> = {
  1: "scavenge",
  2: "minor-mark-sweep",
  4: "mark-compact",
  8: "incremental-marking",
  16: "weak-callbacks",
};

/** Phases of a collection rather than collections: they free nothing by themselves. */
const isPhase = (kind: CollectionKind): boolean => kind === "incremental-marking" || kind === "weak-callbacks";
const isMajor = (kind: CollectionKind): boolean => kind === "mark-compact";

interface Ended {
  readonly region: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly statistics: readonly Statistics[];
}

const ended: Ended[] = [];
const entries: PerformanceEntry[] = [];
const observer = new PerformanceObserver((list) => {
  entries.push(...list.getEntries());
});

function kindOf(statistics: Statistics): CollectionKind {
  return KIND_BY_NAME[statistics.gcType] ?? "other";
}

function spaces(statistics: Statistics["beforeGC"]): Record<string, number> {
  return Object.fromEntries(statistics.heapSpaceStatistics.map((space) => [space.spaceName, space.spaceUsedSize]));
}

/**
 * GCProfiler tells sizes but not when; the performance entries tell when but not sizes. Both are written by the same
 * prologue and epilogue of a collection, so within a region the two sequences are the same, kind for kind. Where they
 * are not, the times are left unknown rather than guessed.
 */
function joinTimes(region: Ended): readonly (number | null)[] {
  const within = entries.filter((entry) => entry.startTime >= region.startMs && entry.startTime <= region.endMs);
  const same =
    within.length === region.statistics.length &&
    region.statistics.every((statistics, i) => {
      const detail = (within[i] as { detail?: { kind?: number } } | undefined)?.detail;
      return KIND_BY_NUMBER[detail?.kind ?? 0] === kindOf(statistics);
    });
  return region.statistics.map((_, i) => {
    const entry = within[i];
    return same && entry !== undefined ? entry.startTime - region.startMs : null;
  });
}

function toCollection(region: string, statistics: Statistics, timeMs: number | null): Collection {
  return {
    region,
    kind: kindOf(statistics),
    timeMs,
    pauseMs: statistics.cost / 1000,
    usedBeforeBytes: statistics.beforeGC.heapStatistics.usedHeapSize,
    usedAfterBytes: statistics.afterGC.heapStatistics.usedHeapSize,
    spacesBeforeBytes: spaces(statistics.beforeGC),
    spacesAfterBytes: spaces(statistics.afterGC),
  };
}

class GcRegion implements RegionProbe {
  readonly #region: string;
  readonly #profiler = new GCProfiler();
  readonly #startMs: number;

  constructor(region: string) {
    this.#region = region;
    this.#profiler.start();
    this.#startMs = performance.now();
  }

  checkpoint(): void {}

  end(): Record<string, number> {
    const endMs = performance.now();
    const usedAtEnd = getHeapStatistics().used_heap_size;
    const statistics = this.#profiler.stop().statistics;
    ended.push({ region: this.#region, startMs: this.#startMs, endMs, statistics });
    const collections = statistics.filter((event) => !isPhase(kindOf(event)));
    const pauses = statistics.map((event) => event.cost / 1000);
    const metrics = {
      collections: collections.length,
      minorCollections: collections.filter((event) => !isMajor(kindOf(event))).length,
      majorCollections: collections.filter((event) => isMajor(kindOf(event))).length,
      pauseTotal: pauses.reduce((sum, pause) => sum + pause, 0),
      pauseMax: pauses.reduce((most, pause) => Math.max(most, pause), 0),
      heapPeak: collections.reduce(
        (most, event) => Math.max(most, event.beforeGC.heapStatistics.usedHeapSize),
        usedAtEnd,
      ),
    };
    const units: Record<string, string> = { pauseTotal: "ms", pauseMax: "ms", heapPeak: "B" };
    for (const [id, value] of Object.entries(metrics)) {
      send({
        type: "metric",
        reading: { id, region: this.#region, value, unit: units[id] ?? "count", better: "lower" },
      });
    }
    return metrics;
  }

  abandon(): void {
    this.#profiler.stop();
  }
}

/** Every collection of a region: kind, time, pause, used bytes before and after, in all and by space. */
export const gcProbe: Probe = {
  startRegion: (region) => new GcRegion(region),
  flush: () => {
    entries.push(...observer.takeRecords());
    for (const region of ended) {
      const times = joinTimes(region);
      region.statistics.forEach((statistics, i) => {
        send({ type: "collection", collection: toCollection(region.region, statistics, times[i] ?? null) });
      });
    }
    ended.length = 0;
  },
};

/** Starts listening. Entries reach the observer only when the event loop turns. */
export function startGcProbe(): void {
  observer.observe({ entryTypes: ["gc"] });
}

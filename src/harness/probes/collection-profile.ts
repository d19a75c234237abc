import { GCProfiler, type GCProfilerResult } from "node:v8";
import { isMajor, isPhase, kindOf } from "./collection-kinds.ts";
import { CODE_SPACES, collect } from "./live-bytes.ts";

type Sizes = GCProfilerResult["statistics"][number]["beforeGC"];

/**
 * Bytes in use before and after one collection: heap and external memory (such as ArrayBuffers), without machine code.
 */
export interface CollectionStep {
  readonly beforeBytes: number;
  readonly afterBytes: number;
  /**
   * Whether V8 collected before the young generation was full: for large objects or external memory, or as a full
   * collection.
   */
  readonly early?: boolean;
}

const PAGE_BYTES = 256 * 1024;

function isEarly(gcType: string, { heapSpaceStatistics }: Sizes): boolean {
  const spaces = new Map(heapSpaceStatistics.map((space) => [space.spaceName, space]));
  const hasLarge = (spaces.get("new_large_object_space")?.spaceUsedSize ?? 0) > 0;
  return isMajor(kindOf(gcType)) || hasLarge || (spaces.get("new_space")?.spaceAvailableSize ?? 0) >= PAGE_BYTES;
}

function usedBytes({ heapStatistics, heapSpaceStatistics }: Sizes): number {
  const code = heapSpaceStatistics.filter(({ spaceName }) => CODE_SPACES.has(spaceName));
  const codeBytes = code.reduce((sum, { spaceUsedSize }) => sum + spaceUsedSize, 0);
  return heapStatistics.usedHeapSize + heapStatistics.externalMemory - codeBytes;
}

/**
 * Records the collections between two points of a process. A forced collection at each end makes V8 report the bytes in
 * use there in the same way as for all collections between.
 */
export class CollectionProfile {
  readonly #profiler = new GCProfiler();

  /** Begins to record collections, without a forced one. */
  record(): void {
    this.#profiler.start();
  }

  start(): void {
    collect(); // garbage from before the profile must not be in it
    this.record();
    collect();
  }

  /** Ends the record without a forced collection, and returns the recorded collections. */
  stop(): readonly CollectionStep[] {
    const { statistics } = this.#profiler.stop();
    return statistics
      .filter(({ gcType }) => !isPhase(kindOf(gcType)))
      .map(({ gcType, beforeGC, afterGC }) => ({
        beforeBytes: usedBytes(beforeGC),
        afterBytes: usedBytes(afterGC),
        early: isEarly(gcType, beforeGC),
      }));
  }

  /**
   * Ends the profile with a forced collection. Returns its collections: the first is the forced one at the start, the
   * last the forced one at the end.
   */
  cut(): readonly CollectionStep[] {
    collect();
    return this.stop();
  }
}

/**
 * Bytes allocated during a profile: the sum, over collections, of bytes in use before one less bytes in use after the
 * preceding one.
 */
export function sumAllocated(steps: readonly CollectionStep[]): number {
  return steps.reduce((sum, step, i) => sum + (i === 0 ? 0 : step.beforeBytes - (steps[i - 1]?.afterBytes ?? 0)), 0);
}

import { GCProfiler, type GCProfilerResult } from "node:v8";
import { isMajor, isPhase, kindOf } from "./collection-kinds.ts";
import { CODE_SPACES, collect } from "./live-bytes.ts";

type Sizes = GCProfilerResult["statistics"][number]["beforeGC"];

/** One collection: bytes in use before and after, with ArrayBuffers and other external memory, without machine code. */
export interface CollectionStep {
  readonly beforeBytes: number;
  readonly afterBytes: number;
  /** Whether V8 collected before the young generation was full: for large objects or external memory, or all of the heap. */
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
 * Profiles the collections between two points of a process. A forced collection at either end makes V8 report the bytes in use
 * there, in the same terms as at every collection between, and with no collection between a reading and an end.
 */
export class CollectionProfile {
  readonly #profiler = new GCProfiler();

  /** Records collections from here on, without a forced one. */
  record(): void {
    this.#profiler.start();
  }

  start(): void {
    collect(); // garbage from before the profile must not be in it
    this.record();
    collect();
  }

  /** Ends the record without a forced collection, and returns its collections. */
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

  /** Ends the profile and returns its collections: the first is the forced one at the start, the last the one at the end. */
  cut(): readonly CollectionStep[] {
    collect();
    return this.stop();
  }
}

/** Bytes allocated during a profile: bytes in use before each collection less those after the preceding one, summed. */
export function sumAllocated(steps: readonly CollectionStep[]): number {
  return steps.reduce((sum, step, i) => sum + (i === 0 ? 0 : step.beforeBytes - (steps[i - 1]?.afterBytes ?? 0)), 0);
}

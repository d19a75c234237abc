import { GCProfiler, type GCProfilerResult } from "node:v8";
import { isMajor, isPhase, kindOf } from "./collection-kinds.ts";
import { CODE_SPACES, collect } from "./live-bytes.ts";

type Sizes = GCProfilerResult["statistics"][number]["beforeGC"];

/** What a collection did: bytes in use before and after, ArrayBuffers and other external memory included, code not. */
export interface Step {
  /** Whether it was of the whole heap: what is in use after it was alive. */
  readonly isFull: boolean;
  readonly beforeBytes: number;
  readonly afterBytes: number;
}

function usedBytes({ heapStatistics, heapSpaceStatistics }: Sizes): number {
  const code = heapSpaceStatistics.filter(({ spaceName }) => CODE_SPACES.has(spaceName));
  const codeBytes = code.reduce((sum, { spaceUsedSize }) => sum + spaceUsedSize, 0);
  return heapStatistics.usedHeapSize + heapStatistics.externalMemory - codeBytes;
}

/**
 * The collections of a process, in stretches. Each begins and ends with a forced one, so that V8 itself tells both ends in
 * the same words as the rest, and none can fall between a reading and an end.
 */
export class Profile {
  readonly #profiler = new GCProfiler();

  start(): void {
    collect(); // what is left of the stretch before is not of this one
    this.#profiler.start();
    collect();
  }

  /** Ends the stretch: its first step is the forced collection at its start, its last the one at its end. */
  cut(): readonly Step[] {
    collect();
    const { statistics } = this.#profiler.stop();
    return statistics
      .filter(({ gcType }) => !isPhase(kindOf(gcType)))
      .map(({ gcType, beforeGC, afterGC }) => ({
        isFull: isMajor(kindOf(gcType)),
        beforeBytes: usedBytes(beforeGC),
        afterBytes: usedBytes(afterGC),
      }));
  }
}

/** Bytes allocated in a stretch: what was in use before each collection, less what the one before had left. */
export function sumAllocated(steps: readonly Step[]): number {
  return steps.reduce((sum, step, i) => sum + (i === 0 ? 0 : step.beforeBytes - (steps[i - 1]?.afterBytes ?? 0)), 0);
}

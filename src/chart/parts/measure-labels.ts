import type { AllocationMeasure } from "../../model/line-views.ts";
import { say } from "../../words/say.ts";

const LABELS = { allocated: "allocatedBytes", live: "liveBytes", peak: "peakBytes" } as const;

/** Name of a measure of allocation (allocated, live or peak bytes) on axes and in sentences. */
export function measureLabel(by: AllocationMeasure): string {
  return say(LABELS[by]);
}

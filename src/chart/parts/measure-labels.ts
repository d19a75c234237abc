import type { AllocationMeasure } from "../../model/line-views.ts";

/** Names of the measures of allocation, on axes and in sentences. */
export const MEASURE_LABELS: Readonly<Record<AllocationMeasure, string>> = {
  allocated: "allocated bytes",
  live: "live bytes",
  peak: "bytes alive at the peak",
};

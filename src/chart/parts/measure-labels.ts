import type { AllocationMeasure } from "../../model/line-views.ts";

/** What the measures of allocation are called on axes and in sentences. */
export const MEASURE_LABELS: Readonly<Record<AllocationMeasure, string>> = {
  allocated: "allocated bytes",
  live: "live bytes",
};

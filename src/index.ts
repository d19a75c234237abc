/** `heapbook/node`: Heapbook for programs. Cells import `heapbook` instead. */
export { UserError, UserErrors } from "./errors.ts";
export type { Executor, TrialSpec } from "./experiment/executor.ts";
export type { ProgressEvent, ProgressListener } from "./experiment/progress.ts";
export { type RenderOptions, type RenderOutcome, readReport, renderReport } from "./pipeline.ts";
export type {
  CellResult,
  Environment,
  Failure,
  Output,
  ReportResults,
  Trial,
  TrialSet,
  VariantResult,
} from "./results/schema.ts";
export { parseResults } from "./results/validation.ts";

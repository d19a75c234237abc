/** `heapbook/node`: Heapbook for programs. Cells import `heapbook` instead. */
export { UserError, UserErrors } from "./errors.ts";
export type { Executor, TrialSpec } from "./experiment/executor.ts";
export type { ProgressEvent, ProgressListener } from "./experiment/progress.ts";
export { type LocatedClaim, type RenderOptions, type RenderOutcome, readReport, renderReport } from "./pipeline.ts";
export { listClaims, type ReportClaim } from "./results/claims.ts";
export { type CompareOptions, type Comparison, compareVariants } from "./results/compare.ts";
export { toResultModule } from "./results/result-module.ts";
export type {
  CellResult,
  Claim,
  Conclusion,
  Environment,
  Failure,
  Output,
  ReportResults,
  Trial,
  TrialSet,
  VariantResult,
} from "./results/schema.ts";
export { parseResults } from "./results/validation.ts";

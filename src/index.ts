/** `heapbook/node`: Heapbook for programs. Cells import `heapbook` instead. */

export { type CompareOptions, type Comparison, compareVariants } from "./analysis/compare.ts";
export { UserError, UserErrors } from "./errors.ts";
export type { ProgressEvent, ProgressListener } from "./experiment/progress-events.ts";
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
} from "./model/report-results.ts";
export {
  type LocatedClaim,
  type RenderOptions,
  type RenderOutcome,
  readReport,
  renderReport,
} from "./pipeline/render-report.ts";
export type { TrialExecutor, TrialSpec } from "./process/trial-executor.ts";
export { listClaims, type ReportClaim } from "./results/report-claims.ts";
export { toResultModule } from "./results/result-module.ts";
export { parseResults } from "./store/parse-results.ts";

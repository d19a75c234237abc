import { describeCondition, describeLimits, describeOneSided } from "../../diff/texts.ts";
import type { ReportDiff, ResultsDiff } from "../../diff/types.ts";

const STATES = {
  completed: "completed",
  failed: "failed",
  blocked: "not run, because a cell that it needs failed",
  "not-run": "not run",
} as const;

/** Lists what a reader must know to read the differences of one report, one sentence each. */
export function describeRemarks(report: ReportDiff, diff: ResultsDiff): string[] {
  return [
    ...report.states.map(({ cell, before, after }) => `Cell ${cell}: ${STATES[before]} → ${STATES[after]}`),
    ...report.conditions.map(describeCondition),
    ...describeOneSided(report.oneSided, diff),
  ];
}

/** Lists what a reader must know to read the whole comparison, one sentence each. */
export function describeWholeDiff(diff: ResultsDiff): string[] {
  return [
    ...diff.onlyBefore.map((slug) => `Report ${slug}: only in ${diff.before}`),
    ...diff.onlyAfter.map((slug) => `Report ${slug}: only in ${diff.after}`),
    ...describeLimits(diff),
  ];
}

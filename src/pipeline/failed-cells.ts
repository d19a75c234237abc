import type { Cell, Report } from "../document/types.ts";
import { type Position, UserError } from "../errors.ts";
import type { CellResult, Failure, ReportResults } from "../model/report-results.ts";
import { summarizeFailure } from "../render/text/failure-summary.ts";
import { whyMissing } from "../render/text/stopped.ts";
import { besideReport } from "./located-claims.ts";

/**
 * Errors for cells without results, one for each: `failed-cell` for an unexpected failure, the failure's own code for a
 * missing interpreter, `blocked-cell` for a cell that needs the result of such a cell.
 */
export function findProblems(report: Report, results: ReportResults): UserError[] {
  return results.cells.flatMap((result): UserError[] => {
    const cell = report.cells.find((each) => each.label === result.label);
    if (cell === undefined) return [];
    if (result.state === "blocked") return [blockedCell(report, cell, result, results)];
    const failure = result.variants.find((variant) => variant.failure !== null)?.failure ?? null;
    return failure === null || cell.options.error ? [] : [failedCell(report, cell, failure)];
  });
}

function blockedCell(report: Report, cell: Cell, { blockedBy }: CellResult, results: ReportResults): UserError {
  const needed = blockedBy.map((label) => `\`${label}\``).join(", ");
  const lines = cell.source.split("\n");
  const line = lines.findIndex((text) => blockedBy.some((label) => text.includes(`result:${label}`)));
  const why = whyMissing(blockedBy, results);
  return new UserError(`Cell \`${cell.label}\` was not run: it needs the result of ${needed}, which ${why}.`, {
    code: "blocked-cell",
    position: line < 0 ? cell.position : { file: report.file, line: cell.sourceLine + line },
    hint: "Correct that cell first; then this one runs.",
    exitCode: 1,
  });
}

function failedCell(report: Report, cell: Cell, failure: Failure): UserError {
  if (failure.kind === "no-interpreter") {
    const { code, message, hint } = failure;
    const lacksParser = code === "parser-not-installed";
    const options = lacksParser ? ["lines", "probes"] : ["python"];
    const line = options.flatMap((name) => cell.optionLines.get(name) ?? [])[0] ?? cell.position.line;
    const position = { file: report.file, line };
    const what = lacksParser ? "was not completely measured" : "was not run";
    return new UserError(`Cell \`${cell.label}\` ${what}: ${message}`, { code, position, hint, exitCode: 1 });
  }
  return new UserError(`Cell \`${cell.label}\` failed: ${summarizeFailure(failure)}`, {
    code: "failed-cell",
    position: failurePosition(report, failure) ?? cell.position,
    hint: "The page shows the failure. If the failure is expected, set `error: true` in the cell.",
    exitCode: 1,
  });
}

/** The innermost position of the author's code in a failure's stack; undefined if unknown. */
function failurePosition(report: Report, failure: Failure): Position | undefined {
  if (failure.kind !== "exception") return undefined;
  const frame = failure.frames.find(({ file }) => file !== undefined);
  if (frame?.file === undefined) return undefined;
  return { file: besideReport(report, frame.file), line: frame.line, column: frame.column };
}

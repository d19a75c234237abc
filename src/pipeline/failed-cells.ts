import { describeDrawingLimit } from "../chart/drawing-limit.ts";
import type { Cell, Report } from "../document/types.ts";
import { type Position, UserError } from "../errors.ts";
import type { ProbeName } from "../model/probes.ts";
import type { CellResult, Failure, ReportResults } from "../model/report-results.ts";
import { hintOfException, LIBRARY_NAMES } from "../render/text/exception-hints.ts";
import { probeOfFailure, summarizeFailure } from "../render/text/failure-summary.ts";
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
    const failed = result.variants.find((variant) => variant.failure !== null);
    const failure = failed?.failure ?? null;
    if (failed === undefined || failure === null || cell.options.error) return [];
    return [failedCell(report, cell, failure, probeOfFailure([failed]))];
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

function failedCell(report: Report, cell: Cell, failure: Failure, probe: ProbeName | undefined): UserError {
  if (failure.kind === "no-interpreter") {
    const { code, message, hint } = failure;
    const lacksParser = code === "parser-not-installed";
    const options = lacksParser ? ["lines", "probes"] : ["python"];
    const line = options.flatMap((name) => cell.optionLines.get(name) ?? [])[0] ?? cell.position.line;
    const position = { file: report.file, line };
    const what = lacksParser ? "was not completely measured" : "was not run";
    return new UserError(`Cell \`${cell.label}\` ${what}: ${message}`, { code, position, hint, exitCode: 1 });
  }
  return new UserError(`Cell \`${cell.label}\` failed: ${summarizeFailure(failure, probe)}`, {
    code: "failed-cell",
    position: failurePosition(report, failure) ?? limitPosition(report, cell, failure) ?? cell.position,
    hint: hintOf(report, cell, failure, probe),
    exitCode: 1,
  });
}

/** Names of exceptions that a mistake in the code causes; an author who throws by intent takes other classes. */
const OF_MISTAKES: readonly string[] = [
  ...["ReferenceError", "TypeError", "SyntaxError", "RangeError"],
  ...["NameError", "UnboundLocalError", "AttributeError", "ImportError", "ModuleNotFoundError", "IndentationError"],
];

/** Matches messages of the cell library: "variant: Unknown metric …", "claim("x"): …". */
const OF_LIBRARY = new RegExp(`^(?:${LIBRARY_NAMES.script.join("|")})(?:\\(.*\\))?: |^An? [a-z ]+ has no field `, "s");

/** What to do about a failure. `error: true` is a remedy only for a failure that the cell may be meant to have. */
function hintOf(report: Report, cell: Cell, failure: Failure, probe: ProbeName | undefined): string {
  if (failure.kind === "timeout") return hintOfTimeout(cell, failure.timeoutMs, probe);
  if (failure.kind === "drawing-limit") return describeDrawingLimit(failure).hint ?? PAGE_SHOWS;
  if (failure.kind !== "exception") return EXPECTED;
  const hint = hintOfException(failure, report);
  if (hint !== undefined) return hint;
  const isMistake = failure.name === "Chart" || OF_MISTAKES.includes(failure.name) || OF_LIBRARY.test(failure.message);
  return isMistake ? PAGE_SHOWS : EXPECTED;
}

const PAGE_SHOWS = "The page shows the failure in the place of what is missing.";
const EXPECTED = "The page shows the failure. If the failure is expected, set `error: true` in the cell.";

/** Names the option that sets the time limit, with twice the limit, and why a probe may take longer than the cell. */
function hintOfTimeout(cell: Cell, timeoutMs: number, probe: ProbeName | undefined): string {
  const mark = cell.language === "python" ? "#|" : "//|";
  const twice = `${(2 * timeoutMs) / 1000}s`;
  const remedy = `Set a longer limit: \`${mark} timeout: ${twice}\` in the cell, or \`execute: { timeout: ${twice} }\` in the front matter.`;
  const isSlow = probe !== undefined && probe !== "time" && probe !== "gc";
  return isSlow ? `Code runs slower under the probe \`${probe}\` than without it. ${remedy}` : remedy;
}

/** Position of the option `timeout` of a cell that reached its time limit; undefined without the option. */
function limitPosition(report: Report, cell: Cell, { kind }: Failure): Position | undefined {
  const line = kind === "timeout" ? cell.optionLines.get("timeout") : undefined;
  return line === undefined ? undefined : { file: report.file, line };
}

/** The innermost position of the author's code in a failure's stack; undefined if unknown. */
function failurePosition(report: Report, failure: Failure): Position | undefined {
  if (failure.kind !== "exception") return undefined;
  const frame = failure.frames.find(({ file }) => file !== undefined);
  if (frame?.file === undefined) return undefined;
  return { file: besideReport(report, frame.file), line: frame.line, column: frame.column };
}

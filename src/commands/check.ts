import { appendFileSync } from "node:fs";
import { formatPosition, UserError } from "../errors.ts";
import type { LocatedClaim } from "../pipeline/located-claims.ts";
import type { RenderOutcome } from "../pipeline/options.ts";
import { DEFAULT_FORMATS } from "../render/formats.ts";
import { describeCounts } from "../results/claim-texts.ts";
import { FROZEN_FILE } from "../store/frozen-file.ts";
import { type CheckReport, type Finding, toFinding } from "./check-findings.ts";
import { githubAnnotations, junitXml, stepSummary } from "./check-reporters.ts";
import { formatClaimLine, formatUserError, formatWarning, type Terminal } from "./output.ts";
import { openProject } from "./project.ts";
import type { Reporter } from "./reporter-names.ts";
import { type RunExitCode, type RunFlags, runReports } from "./run-reports.ts";
import { findReports } from "./targets.ts";

export interface CheckFlags extends RunFlags {
  /** Whether an undecided claim causes exit code 1. */
  readonly strict: boolean;
  /** Whether claims are printed as one JSON array instead of one line each. */
  readonly json: boolean;
  /** Format of the output on stdout. `github` also writes to the file that the variable `GITHUB_STEP_SUMMARY` names. */
  readonly reporter: Reporter;
}

const RUN_HINT =
  "Run `heapbook check` without `--no-execute`, or get the results from where they were measured: the report.results.json of " +
  "`heapbook freeze`, or the folder .heapbook.";

/**
 * `heapbook check`: runs cells like `render` but writes no page, and prints every claim with its verdict and position.
 * Errors, such as a broken reference or a failed cell, are reported as in `render`.
 *
 * @returns the exit code: 0; 1 if a claim fails, is undecided under `strict` or was not tested, or if a report has a
 *   broken part; 2 if a report was not understood
 */
export async function check(
  targets: readonly string[],
  flags: CheckFlags,
  root: string,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<RunExitCode> {
  const paths = findReports(root, targets);
  const all: LocatedClaim[] = [];
  // The formats are rendered but not written, because each can find mistakes that the others do not.
  const findings: Finding[] = [];
  const onFinding = (found: UserError | string): void => void findings.push(toFinding(found));
  const { settings, parts } = openProject(root, undefined, paths);
  const options = { ...flags, settings, parts, outputFolder: undefined, formats: DEFAULT_FORMATS, onFinding };
  const isText = !flags.json && (flags.reporter === "text" || flags.reporter === "github");
  const exitCode = await runReports(paths, options, root, terminal, signal, (outcome) => {
    const { claims, report } = outcome;
    all.push(...claims);
    if (isText) for (const claim of claims) terminal.out(formatClaimLine(claim));
    const stale = staleCells(outcome);
    // Stale frozen results are why such a cell has no results: one error says it.
    const isStale = new Set(outcome.staleFrozen.map(({ label }) => label));
    const unknown = cellsNotRun(outcome, isStale);
    for (const error of [...unknown, ...stale]) {
      terminal.err(formatUserError(error));
      onFinding(error);
    }
    const undecided = claims.filter(({ claim }) => claim.verdict === "undecided");
    for (const { position, claim } of undecided) {
      terminal.err(formatWarning(`${formatPosition(position)}: undecided: ${claim.sentence}`));
    }
    // Cells that failed, or have no results, have claims that are not known.
    const none =
      outcome.problems.length > 0 || unknown.length > 0 ? "no claim was tested" : `${report.file} makes no claims`;
    if (!flags.quiet) terminal.err(`  ${claims.length === 0 ? none : describeCounts(claims)}\n`);
    const isBroken = claims.some(({ claim }) => claim.verdict === "fails") || unknown.length > 0 || stale.length > 0;
    return isBroken || (flags.strict && undecided.length > 0) ? 1 : 0;
  });
  if (flags.json) terminal.out(JSON.stringify(all.map(toJson), undefined, 1));
  report({ claims: all, findings, strict: flags.strict }, flags.reporter, root, terminal);
  return exitCode;
}

/** Prints a check in the reporter's format. */
function report(found: CheckReport, reporter: Reporter, root: string, terminal: Terminal): void {
  switch (reporter) {
    case "text":
      return;
    case "json":
      terminal.out(JSON.stringify({ claims: found.claims.map(toJson), findings: found.findings }, undefined, 1));
      return;
    case "junit":
      terminal.out(junitXml(found));
      return;
    case "github": {
      for (const line of githubAnnotations(found, root, process.env["GITHUB_WORKSPACE"])) terminal.out(line);
      const summary = process.env["GITHUB_STEP_SUMMARY"];
      if (summary === undefined || summary === "") return;
      try {
        appendFileSync(summary, stepSummary(found));
      } catch (error) {
        terminal.err(formatWarning(`The step summary ${summary} cannot be written: ${String(error)}`));
      }
    }
  }
}

/** Errors for the cells whose frozen results are stale. */
function staleCells({ report: { cells, file }, staleFrozen }: RenderOutcome): UserError[] {
  return staleFrozen.map(
    ({ label, changed }) =>
      new UserError(`The frozen results of the cell \`${label}\` are stale: ${describeStale(changed)}.`, {
        code: "stale-frozen-results",
        position: cells.find((cell) => cell.label === label)?.position ?? { file, line: 1 },
        hint: `Run \`heapbook freeze\`, and commit ${file.replace(/report\.md$/, FROZEN_FILE)}.`,
        exitCode: 1,
      }),
  );
}

function describeStale(changed: readonly string[]): string {
  return changed.length === 0 ? "measured with other code, options or inputs" : changed.join(", ");
}

/** Errors for cells without results under `--no-execute`, but for those in `except`, because a check that tests nothing must not pass. */
function cellsNotRun({ report, results }: RenderOutcome, except: ReadonlySet<string>): UserError[] {
  return results.cells.flatMap((result) => {
    const cell = report.cells.find(({ label }) => label === result.label);
    if (result.state !== "not-run" || cell?.options.eval !== true || except.has(result.label)) return [];
    const claims = /\bclaim\b/.test(cell.source) ? ": its claims are not tested" : "";
    return [
      new UserError(`The cell \`${cell.label}\` was not run and has no stored results${claims}.`, {
        code: "no-stored-results",
        position: cell.position,
        hint: RUN_HINT,
        exitCode: 1,
      }),
    ];
  });
}

function toJson({ claim, number, label, variants, position, correction }: LocatedClaim) {
  const { sentence, verdict, estimate, test, recorded, pValue } = claim;
  const correctedPValue = correction?.correctedPValue ?? null;
  const { file, line } = position;
  return {
    file,
    line,
    number,
    cell: label,
    variants,
    sentence,
    verdict,
    estimate,
    test,
    recorded,
    pValue,
    correctedPValue,
  };
}

import { formatPosition } from "../errors.ts";
import type { LocatedClaim, RenderOutcome } from "../pipeline/render-report.ts";
import { describeCounts } from "../results/claim-texts.ts";
import { formatClaim, formatWarning, type Terminal } from "./output.ts";
import { type RunFlags, runReports } from "./run-reports.ts";
import { findReports } from "./targets.ts";

export interface CheckFlags extends RunFlags {
  /** An undecided claim is an error. */
  readonly strict: boolean;
  /** Print the claims as one JSON array instead of a line each. */
  readonly json: boolean;
}

/**
 * `heapbook check`: does all that `render` does, but for writing, and prints every claim with its verdict and place. What would
 * stop or mar a page (a broken reference, a missing image, a cell that fails) is told as by `render`.
 *
 * @returns the exit code: 0; 1 where a claim does not hold, is undecided under `strict` or could not be tested, or something in
 *   a report is broken; 2 where one could not be understood
 */
export async function check(
  targets: readonly string[],
  flags: CheckFlags,
  root: string,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<0 | 1 | 2> {
  const paths = findReports(root, targets);
  const all: LocatedClaim[] = [];
  // All formats are made, though not written: each has its own ways to find a report wanting.
  const options = { ...flags, outputFolder: undefined, formats: ["html", "md"] as const };
  const exitCode = await runReports(paths, options, root, terminal, signal, (outcome) => {
    const { claims, report } = outcome;
    all.push(...claims);
    if (!flags.json) for (const claim of claims) terminal.out(formatClaim(claim));
    const unknown = cellsNotRun(outcome);
    for (const place of unknown) {
      terminal.err(formatWarning(`${place} was not run and nothing of it is stored: its claims are not tested`));
    }
    const undecided = claims.filter(({ claim }) => claim.verdict === "undecided");
    for (const { position, claim } of undecided) {
      terminal.err(formatWarning(`${formatPosition(position)}: undecided: ${claim.sentence}`));
    }
    // Where a cell failed nobody knows what it would have claimed.
    const none = outcome.problems.length > 0 ? "no claim was tested" : `${report.file} makes no claims`;
    if (!flags.quiet) terminal.err(`  ${claims.length === 0 ? none : describeCounts(claims)}\n`);
    const isBroken = claims.some(({ claim }) => claim.verdict === "fails") || unknown.length > 0;
    return isBroken || (flags.strict && undecided.length > 0) ? 1 : 0;
  });
  if (flags.json) terminal.out(JSON.stringify(all.map(toJson), undefined, 1));
  return exitCode;
}

/** Under `--no-execute`: a check that has tested nothing must not pass. */
function cellsNotRun({ report, results }: RenderOutcome): string[] {
  return results.cells.flatMap((result) => {
    const cell = report.cells.find(({ label }) => label === result.label);
    if (result.state !== "not-run" || cell?.options.eval !== true) return [];
    return [`${formatPosition(cell.position)}: cell \`${cell.label}\``];
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

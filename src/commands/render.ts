import { relative, resolve } from "node:path";
import { UserError } from "../errors.ts";
import { bundlesFolder } from "../pipeline/debug-bundles.ts";
import type { RenderOutcome } from "../pipeline/render-report.ts";
import type { Format } from "../render/formats.ts";
import { describeCounts } from "../results/claim-texts.ts";
import { formatClaim, formatWarning, plural, type Terminal } from "./output.ts";
import { type RunFlags, runReports } from "./run-reports.ts";
import { findReports } from "./targets.ts";

export interface RenderFlags extends RunFlags {
  readonly to: readonly Format[];
  readonly output: string;
  readonly keepBundles: boolean;
}

function summarise(outcome: RenderOutcome, execute: boolean): string {
  const { ranTrials, reusedTrials, ranCells } = outcome;
  if (!execute)
    return reusedTrials === 0
      ? "nothing run, nothing was stored"
      : `nothing run, ${plural(reusedTrials, "stored trial")} shown`;
  if (ranTrials === 0)
    return reusedTrials === 0
      ? "no cell to run"
      : `nothing changed, no cell run (${plural(reusedTrials, "trial")} reused)`;
  return `${plural(ranCells.size, "cell")} run, ${plural(ranTrials, "trial")} (${reusedTrials} reused)`;
}

/** Two reports of one folder name would write to one page. */
function checkSlugs(paths: readonly string[]): void {
  const bySlug = new Map<string, string>();
  for (const path of paths) {
    const slug = path.split(/[/\\]/).at(-2) ?? "";
    const other = bySlug.get(slug);
    if (other !== undefined) {
      throw new UserError(`${other} and ${path} would both be written to \`${slug}\``, {
        code: "same-slug",
        hint: "Rename one of the folders, or render them to different folders with `-o`.",
      });
    }
    bySlug.set(slug, path);
  }
}

/**
 * `heapbook render`: renders the reports one after another, so that none is in the other's times.
 * @returns the exit code: 0, 1 where something in a report is broken, 2 where one could not be understood
 */
export async function render(
  targets: readonly string[],
  flags: RenderFlags,
  root: string,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<0 | 1 | 2> {
  const paths = findReports(root, targets);
  checkSlugs(paths);
  const options = { ...flags, outputFolder: resolve(root, flags.output), formats: flags.to };
  return runReports(paths, options, root, terminal, signal, (outcome, durationMs) => {
    for (const claim of outcome.claims) {
      if (claim.claim.verdict === "fails") terminal.err(formatWarning(formatClaim(claim)));
    }
    if (!flags.quiet) {
      const seconds = (durationMs / 1000).toFixed(1);
      terminal.err(`  ${summarise(outcome, flags.execute)} in ${seconds} s\n`);
      if (flags.keepBundles) terminal.err(`  bundles kept in ${relative(root, bundlesFolder(root, outcome.report))}\n`);
      if (outcome.claims.length > 0) terminal.err(`  ${describeCounts(outcome.claims)}\n`);
      terminal.out(relative(process.cwd(), outcome.files[0] ?? ""));
    }
    return 0;
  });
}

import { existsSync } from "node:fs";
import { relative } from "node:path";
import { UserError } from "../errors.ts";
import { bundlesFolder } from "../pipeline/debug-bundles.ts";
import type { RenderOutcome } from "../pipeline/options.ts";
import { FORMATS, type Format } from "../render/formats.ts";
import { describeCounts } from "../results/claim-texts.ts";
import { findStoreRoot } from "../store/store-root.ts";
import { ignoreNewSite } from "./ignore-outputs.ts";
import { formatClaimLine, formatUserError, formatWarning, plural, type Terminal } from "./output.ts";
import { openProject } from "./project.ts";
import { type RunExitCode, type RunFlags, runReports } from "./run-reports.ts";
import { findReports, projectOf, slugOf } from "./targets.ts";

export interface RenderFlags extends RunFlags {
  readonly to: readonly Format[];
  /** The site's folder; undefined: the folder that `heapbook.yml` sets, else `_site`. */
  readonly output: string | undefined;
  readonly keepBundles: boolean;
  /** Whether the reasons why each cell runs or is reused are printed. */
  readonly explain: boolean;
  /** Whether only these reasons are printed, and nothing is run or written. */
  readonly dryRun: boolean;
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

/** A short reason why trials ran: `: line 12 of base-library.ts changed`; empty if none ran. */
function summariseReasons({ explanations, ranTrials }: RenderOutcome): string {
  const reasons = [...new Set(explanations.flatMap((each) => each.reasons))];
  const [first] = reasons;
  if (ranTrials === 0 || first === undefined) return "";
  return reasons.length === 1
    ? `: ${first}`
    : `: ${first}, and ${plural(reasons.length - 1, "more reason")} (\`--explain\`)`;
}

/** The error for cells without results under `--no-execute`: the page is written, but incomplete. */
function missingResults({ report, withoutResults }: RenderOutcome): UserError {
  const names = withoutResults.map((label) => `\`${label}\``).join(", ");
  const cells = withoutResults.length === 1 ? "the cell" : "the cells";
  return new UserError(`No results are stored for ${cells} ${names}, so the page lacks them.`, {
    code: "no-stored-results",
    position: report.cells.find(({ label }) => label === withoutResults[0])?.position,
    hint: "Render without `--no-execute` to run what is missing, or get the report.results.json of the report, which `heapbook freeze` writes.",
    exitCode: 1,
  });
}

/**
 * Explains each cell with trials in one line.
 * @param verb `run` for trials that ran, `runs` under `--dry-run`, `not run` under `--no-execute`
 */
function describeExplanations({ explanations }: RenderOutcome, verb: "run" | "runs" | "not run"): string[] {
  return explanations.map(({ label, reusedTrials, missingTrials, reasons }) =>
    missingTrials === 0
      ? `${label}: reused (${plural(reusedTrials, "trial")})`
      : `${label}: ${verb} (${plural(missingTrials, "trial")}, ${reusedTrials} reused): ${reasons.join("; ")}`,
  );
}

/** Checks that no two reports would be written to the same page. @throws UserError `same-slug` */
export function checkSlugs(paths: readonly string[], cwd: string): void {
  const root = projectOf(paths, cwd);
  const bySlug = new Map<string, string>();
  for (const path of paths) {
    const slug = slugOf(path, root);
    const other = bySlug.get(slug);
    if (other !== undefined) {
      throw new UserError(`${other} and ${path} would both be written to \`${slug}\`.`, {
        code: "same-slug",
        hint: "Rename one of the folders, or render them to different folders with `-o`.",
      });
    }
    bySlug.set(slug, path);
  }
}

/**
 * Summarises in one line how results differ from the page's previous version. Undefined if nothing ran, or if the old
 * results cannot be read.
 */
async function describeChange({ previousResults, results, ranTrials }: RenderOutcome): Promise<string | undefined> {
  if (ranTrials === 0 || previousResults === undefined) return undefined;
  // Imported lazily, because a render in which nothing ran does not need these modules.
  const [{ parseResults }, { compareResults }, { summariseDiff }] = await Promise.all([
    import("../store/parse-results.ts"),
    import("../diff/compare-results.ts"),
    import("../diff/texts.ts"),
  ]);
  try {
    const before = parseResults(previousResults, "results.json");
    return summariseDiff(compareResults({ name: "before", reports: [before] }, { name: "after", reports: [results] }));
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/**
 * Renders one report in one format, writes the page's main file to stdout, and writes no other file: `heapbook render
 * my-report --to md -o -`.
 * @throws UserError `bad-usage` for several reports or formats
 */
async function renderToStdout(
  paths: readonly string[],
  flags: RenderFlags,
  root: string,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<RunExitCode> {
  const [format, ...others] = flags.to;
  if (format === undefined || others.length > 0 || paths.length !== 1) {
    const what = paths.length === 1 ? `${flags.to.length} formats` : `${paths.length} reports`;
    throw new UserError(`\`-o -\` writes one file to stdout, not ${what}.`, {
      code: "bad-usage",
      hint: "Name one report and one format: `heapbook render my-report --to md -o -`.",
    });
  }
  const { settings, parts } = openProject(root, undefined, paths);
  const options = { ...flags, settings, parts, outputFolder: undefined, formats: flags.to, quiet: true };
  return runReports(paths, options, root, terminal, signal, ({ rendered, withoutResults }) => {
    const main = rendered.find(({ path }) => path === FORMATS[format].file);
    if (main !== undefined && !flags.dryRun) terminal.write(main.contents);
    return withoutResults.length > 0 ? 1 : 0;
  });
}

/**
 * `heapbook render`: renders the reports and prints the path of each page.
 * @returns the exit code: 0; 1 if a report has a broken part; 2 if a report was not understood
 */
export async function render(
  targets: readonly string[],
  flags: RenderFlags,
  root: string,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<RunExitCode> {
  const paths = findReports(root, targets);
  if (flags.output === "-") return renderToStdout(paths, flags, root, terminal, signal);
  checkSlugs(paths, root);
  const project = openProject(root, flags.output, paths);
  const isNew = !existsSync(project.outputFolder);
  const { root: _root, ...site } = project;
  const options = { ...flags, ...site, formats: flags.to };
  const exitCode = await runReports(
    paths,
    options,
    root,
    terminal,
    signal,
    async (outcome, durationMs): Promise<0 | 1> => {
      if (flags.dryRun) {
        for (const line of describeExplanations(outcome, "runs")) terminal.out(line);
        return 0;
      }
      project.add(outcome);
      if (flags.explain)
        for (const line of describeExplanations(outcome, flags.execute ? "run" : "not run"))
          terminal.err(`  ${line}\n`);
      if (outcome.withoutResults.length > 0) terminal.err(formatUserError(missingResults(outcome)));
      for (const claim of outcome.claims) {
        if (claim.claim.verdict === "fails") terminal.err(formatWarning(formatClaimLine(claim)));
      }
      if (!flags.quiet) {
        const seconds = (durationMs / 1000).toFixed(1);
        terminal.err(`  ${summarise(outcome, flags.execute)} in ${seconds} s${summariseReasons(outcome)}\n`);
        if (outcome.frozenFile?.written === true)
          terminal.err(`  results frozen in ${relative(root, outcome.frozenFile.path)}\n`);
        if (flags.keepBundles)
          terminal.err(
            `  bundles kept in ${relative(root, bundlesFolder(findStoreRoot(outcome.report.folder, root), outcome.report))}\n`,
          );
        if (outcome.claims.length > 0) terminal.err(`  ${describeCounts(outcome.claims)}\n`);
        const change = await describeChange(outcome);
        if (change !== undefined) terminal.err(`  since the last run: ${change}\n`);
        terminal.out(relative(process.cwd(), outcome.files[0] ?? ""));
      }
      return outcome.withoutResults.length > 0 ? 1 : 0;
    },
  );
  project.write(terminal, flags.quiet);
  if (isNew && existsSync(project.outputFolder)) ignoreNewSite(project.outputFolder, terminal);
  return exitCode;
}

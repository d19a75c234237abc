import { availableParallelism } from "node:os";
import { relative, resolve } from "node:path";
import { formatPosition, UserError, UserErrors } from "../errors.ts";
import { type RenderOutcome, renderReport } from "../pipeline.ts";
import type { Format } from "../render/formats.ts";
import { formatUserError, formatWarning, plural, type Terminal } from "./output.ts";
import { createProgressView } from "./progress.ts";
import { findReports } from "./targets.ts";

export interface RenderFlags {
  readonly to: readonly Format[];
  readonly output: string;
  readonly params: Readonly<Record<string, string>>;
  readonly execute: boolean;
  readonly cacheRefresh: boolean;
  readonly jobs: number | undefined;
  readonly trials: number | undefined;
  readonly quiet: boolean;
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

/** What the results say about themselves, a line for each warning; notes are for readers of the page. Flags were told before anything ran. */
function warningsOf({ report, results }: RenderOutcome): string[] {
  const position = new Map(report.cells.map((cell) => [cell.label, formatPosition(cell.position)]));
  return results.cells
    .flatMap(({ conclusions }) => conclusions)
    .filter(({ id, severity }) => severity === "warning" && id !== "flag")
    .map(({ id, label, message }) => `${position.get(label) ?? label}: ${message} [${id}]`);
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
  let exitCode: 0 | 1 | 2 = 0;
  for (const path of paths) {
    signal.throwIfAborted();
    const progress = createProgressView(terminal, flags.quiet);
    const file = relative(root, path);
    if (!flags.quiet) terminal.err(`${file}\n`);
    try {
      const startMs = performance.now();
      const outcome = await renderReport({
        path,
        root,
        outputFolder: resolve(root, flags.output),
        formats: flags.to,
        params: flags.params,
        mode: !flags.execute ? "stored" : flags.cacheRefresh ? "refresh" : "reuse",
        jobs: flags.jobs ?? availableParallelism(),
        trials: flags.trials,
        signal,
        onProgress: progress.listen,
        onWarning: (message) => terminal.err(formatWarning(message)),
      });
      progress.finish();
      for (const warning of warningsOf(outcome)) terminal.err(formatWarning(warning));
      for (const problem of outcome.problems) terminal.err(formatUserError(problem));
      if (outcome.problems.length > 0 && exitCode === 0) exitCode = 1;
      if (!flags.quiet) {
        const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
        terminal.err(`  ${summarise(outcome, flags.execute)} in ${seconds} s\n`);
        terminal.out(relative(process.cwd(), outcome.files[0] ?? ""));
      }
    } catch (error) {
      progress.finish();
      if (!(error instanceof UserError || error instanceof UserErrors)) throw error;
      for (const each of error instanceof UserErrors ? error.errors : [error]) terminal.err(formatUserError(each));
      exitCode = Math.max(exitCode, error.exitCode) as 1 | 2;
    }
  }
  return exitCode;
}

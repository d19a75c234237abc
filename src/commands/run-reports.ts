import { availableParallelism } from "node:os";
import { dirname, relative } from "node:path";
import type { ProjectSettings } from "../document/settings.ts";
import { formatPosition, UNEXPECTED, UserError, UserErrors } from "../errors.ts";
import { describeWarning } from "../pipeline/check.ts";
import { groupEqual } from "../pipeline/equal-findings.ts";
import type { RenderOptions, RenderOutcome } from "../pipeline/options.ts";
import { renderReport } from "../pipeline/render-report.ts";
import type { ProjectParts } from "../render/project-parts.ts";
import { findStoreRoot } from "../store/store-root.ts";
import { MOST_STORE_BYTES, pruneStore } from "../store/store-size.ts";
import { machineLimit } from "./machine-limits.ts";
import { formatUserError, formatWarning, type Terminal } from "./output.ts";
import { createProgressView } from "./progress.ts";
import { projectOf } from "./targets.ts";
import { formatUnexpected } from "./unexpected.ts";

/** Options of every command that runs cells. */
export interface RunFlags {
  readonly params: Readonly<Record<string, string>>;
  readonly execute: boolean;
  readonly cacheRefresh: boolean;
  readonly jobs: number | undefined;
  readonly trials: number | undefined;
  readonly quiet: boolean;
}

/** Exit code of a command that runs reports. */
export type RunExitCode = 0 | 1 | 2 | typeof UNEXPECTED;

/** Time in ms to wait for a signal: Ctrl-C may end a program of this process group before Heapbook sees the signal. */
const SIGNAL_MS = 20;

type RunOptions = RunFlags &
  Pick<RenderOptions, "outputFolder" | "formats" | "keepBundles" | "freeze"> & {
    /** Whether the command only finds out what would run. */
    readonly dryRun?: boolean;
    /** Returns the position of a report's page in its site, given the path of report.md. */
    readonly placeOf?: (path: string) => RenderOptions["site"];
    readonly settings?: ProjectSettings;
    readonly parts?: ProjectParts;
    /** Called with every error and warning, which are also printed. */
    readonly onFinding?: (finding: UserError | string) => void;
  };

function modeOf({ execute, cacheRefresh, dryRun }: RunOptions): RenderOptions["mode"] {
  if (dryRun === true) return "plan";
  if (!execute) return "stored";
  return cacheRefresh ? "refresh" : "reuse";
}

/**
 * Warnings among the conclusions, one line each. Notes are shown on the page only; warnings about flags were printed
 * before.
 */
function warningsOf({ report, results }: RenderOutcome): string[] {
  const position = new Map(report.cells.map((cell) => [cell.label, formatPosition(cell.position)]));
  return results.cells
    .flatMap(({ conclusions }) => conclusions)
    .filter(({ id, severity }) => severity === "warning" && id !== "flag")
    .map(({ id, label, message }) => `${position.get(label) ?? label}: ${message} [${id}]`);
}

/** Removes equal hints: if all errors of one code have the same hint, only the last keeps it. */
function withoutRepeatedHints(errors: readonly UserError[]): readonly UserError[] {
  return errors.map((error, index) => {
    const isRepeated = errors.slice(index + 1).some(({ code, hint }) => code === error.code && hint === error.hint);
    if (!isRepeated) return error;
    const { code, position, exitCode, message } = error;
    return new UserError(message, { code, position, exitCode });
  });
}

/**
 * Runs reports one after another, so that they do not disturb each other's times, and prints the errors and warnings of
 * each.
 *
 * @param onOutcome prints the results of a report that was understood; returns an exit code
 * @returns the highest exit code: that of `onOutcome`; 1 if a report has a broken part; 2 if a report was not
 *   understood; 70 if an unexpected error ended a report (the other reports still run)
 */
export async function runReports(
  paths: readonly string[],
  options: RunOptions,
  root: string,
  terminal: Terminal,
  signal: AbortSignal,
  onOutcome: (outcome: RenderOutcome, durationMs: number) => 0 | 1 | Promise<0 | 1>,
): Promise<RunExitCode> {
  let exitCode: RunExitCode = 0;
  const raise = (code: RunExitCode): void => {
    exitCode = Math.max(exitCode, code) as RunExitCode;
  };
  const fail = (error: UserError): void => {
    terminal.err(formatUserError(error));
    options.onFinding?.(error);
  };
  const warn = (message: string): void => {
    terminal.err(formatWarning(message));
    options.onFinding?.(message);
  };
  for (const warning of options.parts?.warnings ?? []) warn(describeWarning(warning));
  const projectRoot = projectOf(paths, root);
  for (const path of paths) {
    signal.throwIfAborted();
    const progress = createProgressView(terminal, options.quiet);
    const storeRoot = findStoreRoot(dirname(path), root);
    if (!options.quiet) terminal.err(`${relative(root, path)}\n`);
    try {
      const startMs = performance.now();
      const outcome = await renderReport({
        path,
        root,
        projectRoot,
        storeRoot,
        outputFolder: options.outputFolder,
        formats: options.formats,
        params: options.params,
        mode: modeOf(options),
        jobs: options.jobs ?? availableParallelism(),
        trials: options.trials,
        keepBundles: options.keepBundles === true,
        freeze: options.freeze === true,
        site: options.placeOf?.(path),
        ...(options.settings === undefined ? {} : { settings: options.settings }),
        ...(options.parts === undefined ? {} : { parts: options.parts }),
        signal,
        onProgress: progress.listen,
        onWarning: warn,
      });
      progress.finish();
      for (const warning of warningsOf(outcome)) warn(warning);
      for (const problem of withoutRepeatedHints(outcome.problems)) fail(problem);
      if (outcome.problems.length > 0) raise(1);
      if (outcome.ranTrials > 0) pruneStore(storeRoot, { mostBytes: MOST_STORE_BYTES });
      raise(await onOutcome(outcome, performance.now() - startMs));
    } catch (error) {
      progress.finish();
      // Ctrl-C also ends programs that Heapbook has started, such as esbuild. Errors that follow from that are not
      // reported.
      await new Promise((resolve) => setTimeout(resolve, SIGNAL_MS));
      signal.throwIfAborted();
      const limit = machineLimit(error);
      if (limit !== undefined) {
        fail(limit);
        raise(limit.exitCode);
        continue;
      }
      if (!(error instanceof UserError || error instanceof UserErrors)) {
        terminal.err(formatUnexpected(error, relative(root, path), root));
        raise(UNEXPECTED);
        continue;
      }
      for (const each of error instanceof UserErrors ? groupEqual(error.errors) : [error]) fail(each);
      raise(error.exitCode);
    }
  }
  return exitCode;
}

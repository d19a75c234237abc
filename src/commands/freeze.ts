import { relative } from "node:path";
import { UserError } from "../errors.ts";
import { formatUserError, type Terminal } from "./output.ts";
import { type RunExitCode, type RunFlags, runReports } from "./run-reports.ts";
import { findReports } from "./targets.ts";

/**
 * `heapbook freeze`: runs changed cells, and keeps the results beside each report in `report.results.json`. Frozen
 * results that are still valid stay unchanged, also those from another machine.
 * @returns the exit code: 0; 1 if a report has a broken part, whose results are then not frozen; 2 if a report was not
 *   understood
 */
export async function freeze(
  targets: readonly string[],
  flags: Pick<RunFlags, "cacheRefresh" | "jobs" | "quiet">,
  root: string,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<RunExitCode> {
  const options = {
    ...flags,
    params: {},
    trials: undefined,
    execute: true,
    outputFolder: undefined,
    formats: [],
    freeze: true,
  } as const;
  return runReports(findReports(root, targets), options, root, terminal, signal, ({ report, problems, frozenFile }) => {
    if (problems.length > 0 || frozenFile === undefined) {
      const message = `The results of ${report.file} were not frozen, because ${problems.length > 0 ? "a cell failed" : "no cell runs"}.`;
      const hint = "If a failure is expected, set `error: true` in its cell.";
      terminal.err(formatUserError(new UserError(message, { code: "not-frozen", hint, exitCode: 1 })));
      return 1;
    }
    const path = relative(root, frozenFile.path);
    if (!flags.quiet) terminal.err(frozenFile.written ? `  written: commit ${path}\n` : "  nothing changed\n");
    terminal.out(path);
    return 0;
  });
}

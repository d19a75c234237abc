import { dirname, join } from "node:path";
import type { Report } from "../document/types.ts";
import { UserError } from "../errors.ts";
import type { Execution } from "../experiment/execute-report.ts";
import { explainFrozen, type FrozenUse, freezeSets } from "../experiment/frozen.ts";
import type { FrozenResults } from "../model/frozen-results.ts";
import type { ReportResults, TrialSet } from "../model/report-results.ts";
import { FROZEN_FILE, readFrozen, writeFrozen } from "../store/frozen-file.ts";
import type { RenderOptions, StaleCell } from "./options.ts";

/** Frozen results of a report, and when they are used. */
export interface UsedFrozen {
  readonly results: FrozenResults | undefined;
  readonly use: FrozenUse;
}

/**
 * Reads the frozen results beside a report. They are used before the store under `execute: { freeze: true }` and
 * `heapbook freeze`; otherwise only if nothing may run and the store has no result.
 *
 * @throws UserError `invalid-frozen-results`. Only a warning if the render does not need the file, or if `heapbook
 *   freeze` will overwrite it (except for a file with a merge conflict).
 */
export async function loadFrozen(report: Report, { freeze, mode, onWarning }: RenderOptions): Promise<UsedFrozen> {
  const isKept = report.frontMatter.execute.freeze;
  const use = freeze === true || isKept ? "first" : "last";
  try {
    return { results: await readFrozen(report.folder, join(dirname(report.file), FROZEN_FILE)), use };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const isNeeded = freeze === true ? error.message.includes("merge conflict") : isKept || mode === "stored";
    if (isNeeded) throw error;
    const { line } = error.position ?? { line: 1 };
    const place = `${error.position?.file ?? FROZEN_FILE}:${line}`;
    onWarning(`${place}: ${error.message} It is not used. [${error.code}]\n  ${error.hint ?? ""}`);
    return { results: undefined, use };
  }
}

/**
 * Writes the results of a run beside the report as frozen results, if freezing is on. Writes nothing if the command
 * line changed parameters or trials, or if a cell failed unexpectedly.
 * @returns the frozen results that are valid now, and whether the file was written
 */
export function keepFrozen(
  report: Report,
  execution: Execution,
  { results: before, use }: UsedFrozen,
  options: RenderOptions,
  hasProblems: boolean,
): { readonly results: FrozenResults | undefined; readonly written: boolean } {
  // `heapbook check` writes nothing.
  const writes = options.outputFolder !== undefined || options.freeze === true;
  const isAsked = writes && use === "first" && (options.mode === "reuse" || options.mode === "refresh");
  const isOther = Object.keys(options.params).length > 0 || options.trials !== undefined || options.draft === true;
  if (!isAsked || isOther || hasProblems) return { results: before, written: false };
  const sets = [...execution.sets.values()].flat();
  const isCurrent =
    before !== undefined && sets.length === before.sets.length && sets.every(({ isFrozen }) => isFrozen);
  if (isCurrent) return { results: before, written: false };
  const results = freezeSets(
    report,
    options.storeRoot ?? options.root,
    report.frontMatter.params,
    execution.sets,
    before,
  );
  return { results, written: writeFrozen(report.folder, results) };
}

/**
 * Finds cells with missing or stale frozen results: code, options, inputs, parameters or an observed fact have changed.
 * Empty if the report has no frozen results, or if the command line changes parameters.
 */
export function findStaleFrozen(
  report: Report,
  { sets }: Execution,
  { results }: UsedFrozen,
  { params }: Pick<RenderOptions, "params">,
): StaleCell[] {
  if (results === undefined || Object.keys(params).length > 0) return [];
  return report.cells.flatMap(({ label }) => {
    const all = (sets.get(label) ?? []).map(({ key, placeOf }) =>
      explainFrozen(results, report, { label }, { key, params: report.frontMatter.params, placeOf }),
    );
    const isFresh = all.every((changed) => changed?.length === 0);
    return isFresh ? [] : [{ label, changed: [...new Set(all.flatMap((changed) => changed ?? []))] }];
  });
}

/** Number of cells with results, and number of those whose results are all frozen; undefined if none is frozen. */
export function countFrozen(
  { cells }: ReportResults,
  frozen: FrozenResults | undefined,
): { readonly frozen: number; readonly cells: number } | undefined {
  if (frozen === undefined) return undefined;
  const identity = ({ fingerprint, environment }: TrialSet): string => `${fingerprint} ${environment.measuredAt}`;
  const known = new Set(frozen.sets.map(({ trialSet }) => identity(trialSet)));
  const withResults = cells.filter(({ variants }) => variants.some(({ trialSets }) => trialSets.length > 0));
  const all = withResults.filter(({ variants }) =>
    variants.every(({ trialSets }) => trialSets.every((set) => known.has(identity(set)))),
  );
  return all.length === 0 ? undefined : { frozen: all.length, cells: withResults.length };
}

import type { VegaLiteSpec } from "../chart/types.ts";
import type { Report } from "../document/types.ts";
import { type ErrorCode, formatPosition, UserError, UserErrors } from "../errors.ts";
import { bundleReport } from "../experiment/bundle-report.ts";
import type { TextCache } from "../model/text-cache.ts";
import { createEvaluator } from "../render/expressions/evaluator.ts";
import { type CitationTexts, findBibliographyWarnings, readCitations } from "../render/prose/citations.ts";
import type { FoundPython } from "../runtimes/find-python.ts";
import type { Runtime } from "../runtimes/find-runtime.ts";
import { findDeadIds } from "./checks/anchors.ts";
import { findMissingRecordedOutputs } from "./checks/files.ts";
import { findUnknownFlags, flagWarnings } from "./checks/flags.ts";
import { findBrokenFormulas } from "./checks/formulas.ts";
import { findStrippedHtml } from "./checks/html.ts";
import { mayWriteFiles, readShownFiles, type ShownFiles } from "./checks/made-files.ts";
import { findPythonSyntaxErrors, findPythons, findStandIns } from "./checks/pythons.ts";
import { findRuntimes } from "./checks/runtimes.ts";
import { readSpecs } from "./checks/specs.ts";
import { groupEqual } from "./equal-findings.ts";
import type { RenderOptions } from "./options.ts";

/** A report in which the checks found no mistake, together with everything that they looked up. */
export interface CheckedReport {
  readonly report: Report;
  /** Runtimes of the cells, by the names that the report uses. */
  readonly runtimes: ReadonlyMap<string, Runtime>;
  /**
   * Errors for runtimes that this machine does not have, by name. Empty unless frozen results may replace the missing
   * runtimes.
   */
  readonly missingRuntimes: ReadonlyMap<string, UserError>;
  /** Pythons of the python cells, by the names that the report uses; for a missing Python, the reason. */
  readonly pythons: ReadonlyMap<string, FoundPython>;
  /** Specifications of the `vega-lite` cells, by label. */
  readonly specs: ReadonlyMap<string, VegaLiteSpec>;
  /** Texts of the citations; undefined for a report that cites nothing. */
  readonly citations: CitationTexts | undefined;
  readonly shown: ShownFiles;
}

/** Folders that the checks need, and the settings of the report's project. */
export type CheckOptions = Required<Pick<RenderOptions, "root" | "storeRoot">> &
  Pick<RenderOptions, "projectRoot" | "settings">;

/**
 * Checks everything in a report that can be checked before anything is bundled or run: expressions, files, runtimes,
 * flags, Python syntax and chart specifications.
 * @param mayLackRuntimes whether a missing runtime is not a mistake, because frozen results need none
 * @param onWarning called for each warning, also if mistakes are found, so that one render shows both
 * @throws UserErrors with every mistake found
 */
export async function checkReport(
  report: Report,
  { root, projectRoot = root, storeRoot, settings }: CheckOptions,
  cache: TextCache,
  mayLackRuntimes: boolean,
  onWarning: (message: string, code: ErrorCode | undefined) => void,
): Promise<CheckedReport> {
  const [found, pythons] = await Promise.all([findRuntimes(report, storeRoot, cache), findPythons(report, cache)]);
  const { runtimes } = found;
  const { specs, errors: specErrors, warnings: specWarnings } = readSpecs(report);
  const shown = await readShownFiles(report, projectRoot);
  // What a cell may make is looked for again after the run.
  const isAwaited = shown.missing.length > 0 && (await mayWriteFiles(report));
  const cited = await readCitations(report, cache);
  const errors = [
    ...cited.errors,
    ...createEvaluator({ report }).check(),
    ...(await findBrokenFormulas(report)),
    ...findMissingRecordedOutputs(report),
    ...(isAwaited ? [] : shown.missing),
    ...(mayLackRuntimes ? [] : found.missing.values()),
    ...(await findUnknownFlags(report, runtimes, cache)),
    ...(await findPythonSyntaxErrors(report, pythons, cache)),
    ...specErrors,
    ...shown.errors,
    ...findDeadIds(report, settings),
  ];
  const warnings = [
    ...report.warnings,
    ...findStrippedHtml(report),
    ...findBibliographyWarnings(report),
    ...cited.warnings,
    ...findStandIns(report, pythons),
    ...specWarnings,
  ];
  for (const warning of groupEqual(warnings)) onWarning(describeWarning(warning), warning.code);
  for (const warning of flagWarnings(report, runtimes)) onWarning(warning, undefined);
  if (errors.length > 0) throw new UserErrors([...errors, ...(await findBundleErrors(report))]);
  return {
    report,
    runtimes,
    missingRuntimes: found.missing,
    pythons,
    specs,
    citations: cited.citations,
    shown,
  };
}

/**
 * Errors for imports that cannot be resolved and code that cannot be bundled. Also used for a report with other
 * mistakes, so that the author sees all of them at once.
 */
export async function findBundleErrors(report: Report): Promise<readonly UserError[]> {
  try {
    await bundleReport(report, report.frontMatter.params);
    return [];
  } catch (error) {
    if (error instanceof UserErrors) return error.errors;
    if (error instanceof UserError) return [error];
    throw error;
  }
}

/** A warning as one text for the terminal: position, what is wrong and what to do. */
export function describeWarning({ position, message, hint, code }: UserError): string {
  const place = position === undefined ? "" : `${formatPosition(position)}: `;
  return `${place}${message} [${code}]${hint === undefined ? "" : `\n  ${hint}`}`;
}

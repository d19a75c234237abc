import { join } from "node:path";
import { openPrinter } from "../browser/print-pdf.ts";
import { readReportText } from "../document/parse.ts";
import type { ProjectSettings } from "../document/settings.ts";
import type { Report } from "../document/types.ts";
import { InternalError, UserError, UserErrors } from "../errors.ts";
import { inLanguage } from "../language.ts";
import type { TextCache } from "../model/text-cache.ts";
import type { Format } from "../render/formats.ts";
import { createHighlighter } from "../render/html/highlight.ts";
import type { Printer } from "../render/renderer.ts";
import { FROZEN_FILE } from "../store/frozen-file.ts";
import { lockReport } from "../store/report-lock.ts";
import { checkStoreFolder, checkStoreKind } from "../store/store-folder.ts";
import { openTextCache } from "../store/text-cache.ts";
import { openWholeOutputs } from "../store/whole-outputs.ts";
import { bundleCells } from "./bundle.ts";
import { checkReport, describeWarning } from "./check.ts";
import { readShownFiles, type ShownFiles } from "./checks/made-files.ts";
import { listDependencies } from "./dependencies.ts";
import { ChartDrawer, withFailures } from "./draw.ts";
import { findEmptyFigures } from "./empty-figures.ts";
import { groupEqual } from "./equal-findings.ts";
import { executeCells } from "./execute.ts";
import { findProblems } from "./failed-cells.ts";
import { countFrozen, findStaleFrozen, keepFrozen, loadFrozen, type UsedFrozen } from "./frozen.ts";
import { locateClaims } from "./located-claims.ts";
import { collectMistakes } from "./mistakes.ts";
import type { RenderOptions, RenderOutcome } from "./options.ts";
import { expandInstalled, readText, readUnexpanded } from "./read.ts";
import { renderFiles } from "./render.ts";
import { cellsWithoutResults, checkNothingLost } from "./stored-page.ts";
import { checkOutputFolder, readPreviousResults, writeReport } from "./write.ts";

/**
 * Renders one report in steps: read, check, bundle, execute, draw, render, write. Each step takes the result of the
 * step before. A mistake in the report ends the render before anything is written.
 *
 * Exceptions: the mode `plan` ends after explaining what would run. A failed cell does not end the render: the page
 * shows the failure, and `problems` contains it.
 * @throws UserErrors or UserError for mistakes in the report, the command or the machine; InternalError, with its
 *   phase, for a fault in Heapbook; the signal's reason when interrupted
 */
export async function renderReport(options: RenderOptions): Promise<RenderOutcome> {
  const phase = { name: "reading" };
  try {
    return await renderSteps(options, phase);
  } catch (error) {
    if (error instanceof UserError || error instanceof UserErrors || options.signal.aborted) throw error;
    throw new InternalError(phase.name, error);
  }
}

/** Runs the steps of a render. @param phase its `name` is set to the name of each step as the step begins */
async function renderSteps(options: RenderOptions, phase: { name: string }): Promise<RenderOutcome> {
  const { root, projectRoot = root, storeRoot = root, mode, onWarning } = options;
  const printing = findPrinter(options.formats);
  const written = withSettings(await readOrCollect(options), options.settings);
  const frozen = await loadFrozen(written, options);
  const isFirst = frozen.use === "first" && mode !== "refresh";
  const report = expandInstalled(written, storeRoot, isFirst || mode === "stored" ? frozen.results : undefined);
  if (mode === "stored" || mode === "plan") checkStoreKind(storeRoot);
  else checkStoreFolder(storeRoot);
  const cache = openTextCache(storeRoot, onWarning);

  phase.name = "checking";
  const mayLackRuntimes = frozen.results !== undefined && (isFirst || mode === "stored");
  const folders = { root, projectRoot, storeRoot, ...(options.settings && { settings: options.settings }) };
  const checked = await checkReport(report, folders, cache, mayLackRuntimes, onWarning);
  phase.name = "bundling";
  const bundled = await bundleCells(checked, options, cache);
  const folder = options.outputFolder === undefined ? undefined : join(options.outputFolder, report.slug);
  if (folder !== undefined && mode !== "plan") checkOutputFolder(folder, options.outputFolder ?? folder, report.folder);

  const prepared = { report, frozen, checked, bundled, cache, folder, printing };
  // A render that runs nothing needs no lock.
  if (mode === "plan" || mode === "stored" || report.cells.length === 0) return runSteps(prepared, options, phase);
  const release = await lockReport(storeRoot, options.path, {
    signal: options.signal,
    onWaiting: (pid) => options.onProgress({ type: "waiting", pid }),
  });
  try {
    return await runSteps(prepared, options, phase);
  } finally {
    release();
  }
}

/** A report that is ready to run. */
interface PreparedReport {
  readonly report: Report;
  readonly frozen: UsedFrozen;
  readonly checked: Awaited<ReturnType<typeof checkReport>>;
  readonly bundled: Awaited<ReturnType<typeof bundleCells>>;
  readonly cache: TextCache;
  /** Folder of the page; undefined if nothing is written. */
  readonly folder: string | undefined;
  readonly printing: ReturnType<typeof findPrinter>;
}

/** Takes the steps from running to writing. */
async function runSteps(
  { report, frozen, checked, bundled, cache, folder, printing }: PreparedReport,
  options: RenderOptions,
  phase: { name: string },
): Promise<RenderOutcome> {
  const { mode, onWarning } = options;
  phase.name = "executing";
  const drawer = new ChartDrawer(report, cache, options.signal);
  const highlight = createHighlighter(cache);
  const execution = await executeCells(bundled, options, { drawer, highlight, frozen });
  const { results: ranResults, ranTrials, reusedTrials, ranCells, explanations } = execution;
  const dependencies = listDependencies(report, bundled.bundles, ranResults);
  const counts = { ranTrials, reusedTrials, ranCells, explanations, dependencies };
  const unwritten = {
    report,
    results: ranResults,
    files: [],
    rendered: [],
    claims: [],
    problems: [],
    withoutResults: [],
    staleFrozen: [],
    frozenFile: undefined,
    card: undefined,
  };
  if (mode === "plan") return { ...unwritten, previousResults: undefined, ...counts };
  const previousResults = folder === undefined ? undefined : readPreviousResults(folder);
  if (mode === "stored") checkNothingLost(report, ranResults, previousResults);
  phase.name = "drawing";
  const { charts, failures } = await drawer.drawSpecs(bundled.specs, ranResults);
  const results = withFailures(ranResults, failures);
  const warnings = [...drawer.warnings, ...findEmptyFigures(report, results)];
  for (const warning of groupEqual(warnings)) onWarning(describeWarning(warning));
  const problems = findProblems(report, results);
  const kept = keepFrozen(report, { ...execution, results }, frozen, options, problems.length > 0);
  const { citations } = checked;
  const { links } = await readMadeFiles(checked, ranTrials, options, problems);
  const shown = {
    report,
    results,
    charts,
    citations,
    links,
    site: options.site,
    parts: options.parts,
    frozen: countFrozen(results, kept.results),
    draft: options.draft === true,
    print: printing.print,
    readWhole: openWholeOutputs(options.storeRoot ?? options.root).read,
  };
  phase.name = "rendering";
  const page = await inLanguage(report.frontMatter.lang, () => renderFiles(shown, printing.formats, highlight));
  for (const warning of groupEqual(page.warnings)) onWarning(describeWarning(warning));
  phase.name = "writing";
  return {
    report,
    results,
    previousResults,
    files:
      folder === undefined
        ? []
        : writeReport(folder, options.outputFolder ?? folder, [...page.files, page.resultsJson], report),
    rendered: page.files,
    card: page.card,
    claims: locateClaims(report, results),
    problems: [...problems, ...printing.errors, ...page.unwritten],
    withoutResults: mode === "stored" ? cellsWithoutResults(report, results) : [],
    staleFrozen: kept.written ? [] : findStaleFrozen(report, execution, frozen, options),
    frozenFile:
      kept.results === undefined ? undefined : { path: join(report.folder, FROZEN_FILE), written: kept.written },
    ...counts,
  };
}

/**
 * The files that the text shows and links and that `inputs` names, as they are after the run: a cell may have written them.
 * @param problems of failed cells, which may be why a file is missing
 * @throws UserErrors where files are missing now
 */
async function readMadeFiles(
  { report, shown }: Pick<PreparedReport["checked"], "report" | "shown">,
  ranTrials: number,
  { root, projectRoot = root }: RenderOptions,
  problems: readonly UserError[],
): Promise<ShownFiles> {
  if (ranTrials === 0 && shown.missing.length === 0) return shown;
  const now = await readShownFiles(report, projectRoot);
  const errors = [...now.errors, ...now.missing];
  if (errors.length > 0) throw new UserErrors([...problems, ...errors]);
  return now;
}

/**
 * Looks for a browser that prints the PDF. Returns the printer, and the formats that can be written: without a browser,
 * all but PDF.
 */
function findPrinter(formats: readonly Format[]): {
  readonly print?: Printer;
  readonly formats: readonly Format[];
  readonly errors: readonly UserError[];
} {
  if (!formats.includes("pdf")) return { formats, errors: [] };
  try {
    return { print: openPrinter(), formats, errors: [] };
  } catch (error) {
    const others = formats.filter((format) => format !== "pdf");
    if (others.length === 0 || !(error instanceof UserError)) throw error;
    return { formats: others, errors: [error] };
  }
}

/** Reads the report. @throws UserErrors with every mistake of the report that can be found before anything runs */
async function readOrCollect(options: RenderOptions): Promise<Report> {
  const { path, root, projectRoot = root, storeRoot = root, params, onWarning } = options;
  try {
    return readUnexpanded(path, options, params);
  } catch (error) {
    if (!(error instanceof UserErrors)) throw error;
    const reading = readReportText(readText(path, options));
    // The report has no mistakes, so the error is about a parameter of the command line.
    if (reading.errors.length === 0) throw error;
    const folders = { root, projectRoot, storeRoot, ...(options.settings && { settings: options.settings }) };
    throw await collectMistakes(reading, folders, openTextCache(storeRoot, onWarning), onWarning);
  }
}

/** Adds the project's theme and its setting for interactive charts to a report that does not set them itself. */
function withSettings(report: Report, settings: ProjectSettings | undefined): Report {
  if (settings === undefined) return report;
  const { frontMatter } = report;
  const { html } = frontMatter;
  const theme = html.theme === "auto" ? settings.theme : html.theme;
  const interactive = html.interactive === "auto" ? settings.interactive : html.interactive;
  return { ...report, frontMatter: { ...frontMatter, html: { ...html, theme, interactive } } };
}

import { readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { overrideParams } from "../document/front-matter.ts";
import { parseReport } from "../document/parse.ts";
import type { Cell, Report } from "../document/types.ts";
import { type Position, UserError, UserErrors } from "../errors.ts";
import { bundleReport } from "../experiment/bundle-report.ts";
import { executeReport } from "../experiment/execute-report.ts";
import type { ProgressListener } from "../experiment/progress-events.ts";
import { expandRuntimes } from "../experiment/trial-plan.ts";
import type { CellResult, ReportResults } from "../model/report-results.ts";
import type { TextCache } from "../model/text-cache.ts";
import { processExecutor } from "../process/run-trial.ts";
import type { TrialExecutor } from "../process/trial-executor.ts";
import { createEvaluator } from "../render/expressions/evaluator.ts";
import { type Format, RENDERERS } from "../render/formats.ts";
import { createHighlighter } from "../render/html/highlight.ts";
import type { Highlighter, RenderedFile } from "../render/renderer.ts";
import { summarizeFailure } from "../render/text/failure-summary.ts";
import { whyMissing } from "../render/text/stopped.ts";
import { listClaims, type ReportClaim } from "../results/report-claims.ts";
import { heapbookVersion } from "../runtimes/environment.ts";
import { askLimits, listRuntimes, nameRuntimes } from "../runtimes/find-runtime.ts";
import { libraryHash } from "../store/fingerprint.ts";
import { openStore } from "../store/store.ts";
import { runtimesFolder } from "../store/store-folder.ts";
import { openTextCache } from "../store/text-cache.ts";
import { checkFlags, checkInputs, checkRecordedOutputs, describeFlagNotes, findRuntimes } from "./checks.ts";
import { createBundleKeeper } from "./debug-bundles.ts";
import { drawReport, EarlyDrawings, readSpecs } from "./draw.ts";
import { checkPythonSyntax, findPythons } from "./python-checks.ts";
import { checkOutputFolder, prepareStoreFolder, removeStaleFigures, writeFiles } from "./write.ts";

export interface RenderOptions {
  /** Absolute path of report.md. */
  readonly path: string;
  /** Where `.heapbook` is; paths in messages are relative to it. */
  readonly root: string;
  /** Absolute path of the site; the report goes to a folder of its name in it. Undefined: everything but the writing is done. */
  readonly outputFolder: string | undefined;
  readonly formats: readonly Format[];
  /** `-P key:value`. */
  readonly params: Readonly<Record<string, string>>;
  readonly mode: "reuse" | "refresh" | "stored";
  readonly jobs: number;
  readonly trials?: number | undefined;
  readonly signal: AbortSignal;
  /** Leaves the bundle of each cell, and its source map, in `.heapbook/bundles/<report>`. */
  readonly keepBundles?: boolean;
  readonly onProgress: ProgressListener;
  readonly onWarning: (message: string) => void;
  /** Tests put a scripted one in its place. */
  readonly executor?: TrialExecutor;
}

export interface RenderOutcome {
  readonly report: Report;
  readonly results: ReportResults;
  /** In the order of the page, each at the line that made it. */
  readonly claims: readonly LocatedClaim[];
  /** Absolute paths of the files that were made, the page first. */
  readonly files: readonly string[];
  readonly ranTrials: number;
  readonly reusedTrials: number;
  readonly ranCells: ReadonlySet<string>;
  /** What is broken in a report that was written all the same: cells that failed, cells that could not run for it. */
  readonly problems: readonly UserError[];
}

/** A claim, and where it was made, as messages show it. */
export interface LocatedClaim extends ReportClaim {
  readonly position: Position;
}

/** Claims that no line of the author's made, as by code made from a text, are at their cells. */
function locateClaims(report: Report, results: ReportResults): LocatedClaim[] {
  const folder = report.file.replace(/[^/\\]*$/, "");
  return listClaims(results).map((listed) => {
    const { place } = listed.claim;
    const cell = report.cells.find(({ label }) => label === listed.label);
    const position =
      place === null
        ? (cell?.position ?? { file: report.file, line: 1 })
        : { file: `${folder}${place.file}`, line: place.line };
    return { ...listed, position };
  });
}

/** Reads and parses a report, and puts the parameters of the command line and the runtimes of this machine in place. */
export function readReport(path: string, root: string, params: Readonly<Record<string, string>>): Report {
  const file = relative(root, path) || basename(path);
  const source = readFileSync(path, "utf8");
  const folder = dirname(path);
  const report = parseReport({ source, file, path, folder, slug: basename(folder) });
  return {
    ...report,
    cells: report.cells.map((cell) => expandRuntimes(cell, nameRuntimes(listRuntimes(runtimesFolder(root))))),
    frontMatter: { ...report.frontMatter, params: overrideParams(report.frontMatter.params, params) },
  };
}

function throwIfAny(errors: readonly UserError[]): void {
  if (errors.length > 0) throw new UserErrors(errors);
}

/** Highlights the cells one by one, and lets the ends of processes be noticed in between. */
async function highlightCells(report: Report, highlight: Highlighter): Promise<void> {
  for (const cell of report.cells) {
    await new Promise((resolve) => setImmediate(resolve));
    if (cell.options.echo && cell.options.include) await highlight.highlight(cell.source, cell.language);
  }
}

/** A part of the cache that counts only for one version of Heapbook's library. */
function cacheFor(cache: TextCache, version: string): TextCache {
  return { get: (key) => cache.get(`${version} ${key}`), set: (key, value) => cache.set(`${version} ${key}`, value) };
}

/** One error for each cell that failed unexpectedly or could not run, at the cell. */
function findProblems(report: Report, results: ReportResults): UserError[] {
  return results.cells.flatMap((result): UserError[] => {
    const cell = report.cells.find((each) => each.label === result.label);
    if (cell === undefined) return [];
    if (result.state === "blocked") {
      const needed = result.blockedBy.map((label) => `\`${label}\``).join(", ");
      const why = whyMissing(result.blockedBy, results);
      const line = cell.source
        .split("\n")
        .findIndex((text) => result.blockedBy.some((label) => text.includes(`result:${label}`)));
      const position = line < 0 ? cell.position : { file: report.file, line: cell.sourceLine + line };
      return [
        new UserError(`cell \`${cell.label}\` was not run: it needs the result of ${needed}, which ${why}`, {
          code: "blocked-cell",
          position,
          hint: "Mend that cell first; this one runs with it.",
          exitCode: 1,
        }),
      ];
    }
    if (result.state !== "failed" || cell.options.error) return [];
    return [failedCell(report, cell, result)];
  });
}

function failedCell(report: Report, cell: Cell, result: CellResult): UserError {
  const failure = result.variants.find((variant) => variant.failure !== null)?.failure;
  const frame = failure?.kind === "exception" ? failure.frames.find((each) => each.file !== undefined) : undefined;
  const folder = report.file.replace(/[^/\\]*$/, "");
  const position =
    frame?.file === undefined
      ? cell.position
      : { file: `${folder}${frame.file}`, line: frame.line, column: frame.column };
  if (failure?.kind === "no-interpreter") {
    const { code, message, hint } = failure;
    const position = cell.optionLines.get("python") ?? cell.position.line;
    return new UserError(`cell \`${cell.label}\` was not run: ${message}`, {
      code,
      position: { file: report.file, line: position },
      hint,
      exitCode: 1,
    });
  }
  return new UserError(
    `cell \`${cell.label}\` failed: ${failure ? summarizeFailure(failure) : "a chart could not be drawn"}`,
    {
      code: "failed-cell",
      position,
      hint: "The page shows it in its place. `error: true` in the cell says that a failure is expected.",
      exitCode: 1,
    },
  );
}

async function renderFiles(
  report: Report,
  drawn: Awaited<ReturnType<typeof drawReport>>,
  formats: readonly Format[],
  highlight: Highlighter,
): Promise<RenderedFile[]> {
  const { results, charts } = drawn;
  const evaluator = createEvaluator({ report, results });
  const errors = report.expressions.flatMap((expression): UserError[] => {
    try {
      evaluator.evaluate(expression.source, expression.position);
      return [];
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return [error];
    }
  });
  throwIfAny(errors);
  const otherFiles = [...(formats.includes("md") ? ["report.md"] : []), "results.json"];
  const input = {
    report,
    results,
    charts,
    claims: listClaims(results),
    evaluate: evaluator.evaluate,
    highlight,
    heapbookVersion: heapbookVersion(),
    otherFiles,
  };
  const files = new Map<string, RenderedFile>();
  for (const format of formats) {
    for (const file of await RENDERERS[format](input)) files.set(file.path, file);
  }
  files.set("results.json", { path: "results.json", contents: `${JSON.stringify(results, undefined, 1)}\n` });
  return [...files.values()];
}

/**
 * Renders one report: parse, check, bundle, run what is not stored, draw, render, write (unless there is no folder to write to).
 *
 * A cell that fails is shown in its place and told in `problems`; the rest of the report is whole. A mistake in the report
 * itself is thrown before anything is written.
 * @throws UserErrors or UserError for mistakes in the report, the command or the machine; the signal's reason when interrupted.
 */
export async function renderReport(options: RenderOptions): Promise<RenderOutcome> {
  const { root } = options;
  const report = readReport(options.path, root, options.params);
  const { params } = report.frontMatter;
  if (options.mode !== "stored") prepareStoreFolder(root);
  const cache = openTextCache(root, options.onWarning);
  const [found, pythons] = await Promise.all([findRuntimes(report, root, cache), findPythons(report, cache)]);
  throwIfAny([
    ...createEvaluator({ report }).check(),
    ...(await checkInputs(report)),
    ...checkRecordedOutputs(report),
    ...found.errors,
    ...(await checkFlags(report, found.runtimes, cache)),
    ...(await checkPythonSyntax(report, pythons, cache)),
  ]);
  for (const note of describeFlagNotes(report, found.runtimes)) options.onWarning(note);
  const specs = readSpecs(report);
  const bundleCache = cacheFor(cache, libraryHash());
  const [bundles, runtimes] = await Promise.all([
    bundleReport(report, params, bundleCache),
    options.mode === "stored" ? found.runtimes : askLimits(found.runtimes, cache),
  ]);
  const folder = options.outputFolder === undefined ? undefined : join(options.outputFolder, report.slug);
  if (folder !== undefined) checkOutputFolder(folder, report.folder);

  const store = openStore(root, { base: report.folder, onWarning: options.onWarning });
  const early = new EarlyDrawings(report, cache);
  const highlight = createHighlighter(cache);
  const executing = executeReport(report, bundles, {
    params,
    store,
    bundleCache,
    executor: options.executor ?? processExecutor,
    runtimes,
    pythons,
    root,
    jobs: options.jobs,
    trials: options.trials,
    mode: options.mode,
    signal: options.signal,
    onProgress: options.onProgress,
    onResult: (result) => void early.draw(result),
    onBundles: options.keepBundles === true ? createBundleKeeper(root, report) : undefined,
  });
  // Once the first processes are started: this one would only wait for them.
  const [execution] = await Promise.all([executing, highlightCells(report, highlight)]);
  options.signal.throwIfAborted();
  const drawn = await drawReport(report, execution.results, specs, early, cache);
  const files = await renderFiles(report, drawn, options.formats, highlight);
  if (folder !== undefined) {
    writeFiles(folder, files);
    removeStaleFigures(folder, files, new Set(report.cells.map((cell) => cell.label)));
  }
  return {
    report,
    results: drawn.results,
    files: folder === undefined ? [] : files.map((file) => join(folder, file.path)),
    claims: locateClaims(report, drawn.results),
    ranTrials: execution.ranTrials,
    reusedTrials: execution.reusedTrials,
    ranCells: execution.ranCells,
    problems: findProblems(report, drawn.results),
  };
}

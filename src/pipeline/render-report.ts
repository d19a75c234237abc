import { join } from "node:path";
import { createHighlighter } from "../render/html/highlight.ts";
import { checkStoreFolder } from "../store/store-folder.ts";
import { openTextCache } from "../store/text-cache.ts";
import { bundleCells } from "./bundle.ts";
import { checkReport } from "./check.ts";
import { ChartDrawer } from "./draw.ts";
import { executeCells } from "./execute.ts";
import { locateClaims } from "./located-claims.ts";
import type { RenderOptions, RenderOutcome } from "./options.ts";
import { findProblems } from "./problems.ts";
import { readReport } from "./read.ts";
import { renderFiles } from "./render.ts";
import { checkOutputFolder, readPreviousResults, writeReport } from "./write.ts";

/**
 * Renders one report: read, check, bundle, execute, draw, render, write. Each step takes what the step before returned, and
 * a mistake in the report ends the render before anything is written.
 *
 * Exceptions: with the mode `plan` only the first steps are taken, up to the explanations of what would run; a cell that fails is shown on the page and returned in `problems`; the rest of the report is complete.
 * @throws UserErrors or UserError for mistakes in the report, the command or the machine; the signal's reason when interrupted
 */
export async function renderReport(options: RenderOptions): Promise<RenderOutcome> {
  const { root, mode, onWarning } = options;
  const report = readReport(options.path, root, options.params);
  if (mode !== "stored" && mode !== "plan") checkStoreFolder(root);
  const cache = openTextCache(root, onWarning);

  const checked = await checkReport(report, root, cache);
  for (const warning of checked.warnings) onWarning(warning);
  const bundled = await bundleCells(checked, options, cache);
  const folder = options.outputFolder === undefined ? undefined : join(options.outputFolder, report.slug);
  if (folder !== undefined && mode !== "plan") checkOutputFolder(folder, report.folder);

  const drawer = new ChartDrawer(report, cache);
  const highlight = createHighlighter(cache);
  const { results, ...counts } = await executeCells(bundled, options, { drawer, highlight });
  if (mode === "plan") {
    return { report, results, previousResults: undefined, files: [], claims: [], problems: [], ...counts };
  }
  const charts = await drawer.drawSpecs(bundled.specs, results);
  const files = await renderFiles({ report, results, charts }, options.formats, highlight);
  const previousResults = folder === undefined ? undefined : readPreviousResults(folder);
  return {
    report,
    results,
    previousResults,
    files: folder === undefined ? [] : writeReport(folder, files, report),
    claims: locateClaims(report, results),
    problems: findProblems(report, results),
    ...counts,
  };
}

import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, relative, resolve, sep } from "node:path";
import type { DiffSide } from "../diff/types.ts";
import { UserError, UserErrors } from "../errors.ts";
import type { CellExplanation } from "../experiment/explain.ts";
import type { ReportResults } from "../model/report-results.ts";
import { renderReport } from "../pipeline/render-report.ts";
import { findStoreRoot } from "../store/store-root.ts";
import { findReports, slugOf } from "./targets.ts";

/** Reasons that name no source: another shell or machine, results that were never stored here. */
const NO_SOURCE =
  /^(?:environment variable|the (?:list of environment|machine's|umask|time zone|last run|place of)|store cleaned)/;
const SOURCE = /changed$|is new$|is no longer imported$|is a new input$|is no input any more$|^(?:flags|env|warmup) /;

/** A report whose page is older than its sources. */
export interface OlderPage {
  /** Folder of the report, relative to `root`. */
  readonly folder: string;
  /** Its cells that a render would run, and why. */
  readonly cells: readonly Pick<CellExplanation, "label" | "reasons">[];
}

/**
 * The reports of a rendered site whose code, options or data have changed since their pages were rendered: those of which a render
 * would run cells. Nothing is run. A site without the store that it was rendered from, such as a downloaded one, has none.
 *
 * @param side a side of a difference; sides that are not in a folder `_site` have none
 */
export async function findOlderPages({ name, reports }: DiffSide, root: string): Promise<OlderPage[]> {
  const path = resolve(root, name);
  const [project] = `${path}${sep}`.split(`${sep}_site${sep}`);
  if (project === undefined || project === `${path}${sep}` || !existsSync(path)) return [];
  const older: OlderPage[] = [];
  for (const report of reportsOf(project)) {
    const shown = reports.find((each) => each.report.slug === slugOf(report, project));
    if (shown === undefined) continue;
    const cells = (await explainReport(report, shown, project)).flatMap(({ label, missingTrials, reasons }) => {
      const own = reasons.filter((reason) => SOURCE.test(reason) && !NO_SOURCE.test(reason));
      return missingTrials > 0 && own.length > 0 ? [{ label, reasons: own }] : [];
    });
    if (cells.length > 0) older.push({ folder: relative(root, dirname(report)) || ".", cells });
  }
  return older;
}

/** Paths of the reports of a project; none where there are none any more. */
function reportsOf(project: string): readonly string[] {
  try {
    return findReports(project, []);
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

/** What a render with the parameters of the page would run; nothing of a report with mistakes, which no render would run. */
async function explainReport(
  path: string,
  { params }: ReportResults,
  project: string,
): Promise<readonly CellExplanation[]> {
  try {
    const { explanations } = await renderReport({
      path,
      root: project,
      storeRoot: findStoreRoot(dirname(path), project),
      outputFolder: undefined,
      formats: [],
      params: Object.fromEntries(Object.entries(params).map(([each, value]) => [each, String(value)])),
      mode: "plan",
      jobs: availableParallelism(),
      signal: new AbortController().signal,
      onProgress: () => {},
      onWarning: () => {},
    });
    return explanations;
  } catch (error) {
    if (error instanceof UserError || error instanceof UserErrors) return [];
    throw error;
  }
}

import type { Report } from "../document/types.ts";
import { UserError } from "../errors.ts";
import type { ReportResults } from "../model/report-results.ts";

const AUTOMATIC_LABEL = /^cell-[0-9a-f]{8}$/;

/** Labels of the cells that should have results and have none, as without stored trials under `--no-execute`. */
export function cellsWithoutResults(report: Report, { cells }: ReportResults): string[] {
  return cells
    .filter(({ label, state }) => {
      const cell = report.cells.find((each) => each.label === label);
      return state === "not-run" && cell?.options.eval === true && cell.language !== "vega-lite";
    })
    .map(({ label }) => label);
}

/**
 * Checks that a page of stored results does not replace a page that shows more: results that were shown must be shown again.
 * @param previous text of the results.json beside the page; undefined where there is none
 * @throws UserError `no-stored-results` with the cells that would lose their results
 */
export function checkNothingLost(report: Report, results: ReportResults, previous: string | undefined): void {
  const missing = cellsWithoutResults(report, results);
  const lost =
    missing.length === 0 || previous === undefined ? [] : shownLabels(previous).filter(isLost(missing, results));
  if (lost.length === 0) return;
  const names = missing.map((label) => `\`${label}\``).join(", ");
  const what = missing.length === 1 ? "the cell" : "the cells";
  throw new UserError(
    `No results are stored for ${what} ${names} as the report is now, so the page was left as it is.`,
    {
      code: "no-stored-results",
      position: report.cells.find(({ label }) => label === missing[0])?.position,
      hint: "Render without `--no-execute` to run what is missing, or get the report.results.json of the report, which `heapbook freeze` writes.",
      exitCode: 1,
    },
  );
}

/**
 * Makes a function that tells whether the results of a label would be lost. A label derived from the code changes with
 * the code. So if a cell with such a label has no results, every derived label that is gone counts as lost too.
 */
function isLost(missing: readonly string[], { cells }: ReportResults): (label: string) => boolean {
  const known = new Set(cells.map(({ label }) => label));
  const hasAutomatic = missing.some((label) => AUTOMATIC_LABEL.test(label));
  return (label) => missing.includes(label) || (hasAutomatic && AUTOMATIC_LABEL.test(label) && !known.has(label));
}

function shownLabels(previous: string): string[] {
  try {
    const { cells } = JSON.parse(previous) as ReportResults;
    return cells
      .filter(({ variants }) => variants.some(({ trialSets }) => trialSets.length > 0))
      .map(({ label }) => label);
  } catch {
    return [];
  }
}

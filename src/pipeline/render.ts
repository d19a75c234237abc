import { UserError, UserErrors } from "../errors.ts";
import type { ReportResults } from "../model/report-results.ts";
import { createEvaluator } from "../render/expressions/evaluator.ts";
import { FORMAT_NAMES, FORMATS, type Format } from "../render/formats.ts";
import type { Highlighter, Printer, RenderedFile } from "../render/renderer.ts";
import { listClaims } from "../results/report-claims.ts";
import { heapbookVersion } from "../runtimes/environment.ts";
import type { CheckedReport } from "./check.ts";
import type { DrawnCharts } from "./draw.ts";

export interface ExecutedReport extends Pick<CheckedReport, "report" | "citations"> {
  readonly results: ReportResults;
  readonly charts: DrawnCharts;
  /** Number of cells whose results are frozen, of all with results; undefined: none is. */
  readonly frozen?: { readonly frozen: number; readonly cells: number } | undefined;
  /** Whether the page says that its numbers are those of a draft. */
  readonly draft: boolean;
  /** Of a render that writes a PDF. */
  readonly print?: Printer | undefined;
}

/**
 * Renders the page in each format, and results.json. Nothing is written.
 * @throws UserErrors for every expression that cannot be evaluated with these results
 */
export async function renderFiles(
  { report, results, charts, citations, frozen, draft, print }: ExecutedReport,
  formats: readonly Format[],
  highlight: Highlighter,
): Promise<RenderedFile[]> {
  const evaluator = createEvaluator({ report, results });
  const errors = report.expressions.flatMap(({ source, position }): UserError[] => {
    try {
      evaluator.evaluate(source, position);
      return [];
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return [error];
    }
  });
  if (errors.length > 0) throw new UserErrors(errors);
  const input = {
    report,
    results,
    charts,
    citations,
    frozen,
    draft,
    print,
    claims: listClaims(results),
    evaluate: evaluator.evaluate,
    highlight,
    heapbookVersion: heapbookVersion(),
    otherFiles: [...filesBeside("html", formats), "results.json"],
  };
  const files = new Map<string, RenderedFile>();
  for (const format of formats) {
    for (const file of await FORMATS[format].render(input)) files.set(file.path, file);
  }
  files.set("results.json", { path: "results.json", contents: `${JSON.stringify(results, undefined, 1)}\n` });
  return [...files.values()];
}

/** Main files of the other formats, in the order of the table of formats. */
function filesBeside(format: Format, formats: readonly Format[]): readonly string[] {
  return FORMAT_NAMES.filter((name) => name !== format && formats.includes(name)).map((name) => FORMATS[name].file);
}

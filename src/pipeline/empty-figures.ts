import type { Report } from "../document/types.ts";
import { UserError } from "../errors.ts";
import type { ReportResults } from "../model/report-results.ts";

/** Warnings `empty-figure`: cells that announce a figure by their label, completed, and displayed nothing. */
export function findEmptyFigures(report: Report, results: ReportResults): readonly UserError[] {
  const byLabel = new Map(results.cells.map((cell) => [cell.label, cell]));
  return report.cells.flatMap(({ label, language, options, position }) => {
    const result = byLabel.get(label);
    const isFigure = label.startsWith("fig-") && language !== "vega-lite" && options.output === true && options.include;
    if (!isFigure || result?.state !== "completed" || result.variants.length === 0) return [];
    if (result.variants.some(({ outputs }) => outputs.some(({ type }) => type === "display"))) return [];
    const hint = "End the cell with `chart(…)` or `display(…)`, or give it a label that does not begin with `fig-`.";
    return [
      new UserError(`cell \`${label}\` displays nothing, so there is no figure`, {
        code: "empty-figure",
        position,
        hint,
      }),
    ];
  });
}

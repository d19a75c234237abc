import type { Report } from "../document/types.ts";
import { UserError } from "../errors.ts";
import type { ReportResults } from "../model/report-results.ts";

/** Prefixes of labels that announce a figure or a table, with the functions that show one. */
const KINDS = [
  { prefix: "fig-", code: "empty-figure", name: "figure", shownBy: "`chart(…)` or `display(…)`" },
  { prefix: "tbl-", code: "empty-table", name: "table", shownBy: "`table(…)`" },
] as const;

/**
 * Finds completed cells whose label announces a figure or table although they displayed none: warnings `empty-figure`
 * and `empty-table`.
 */
export function findEmptyFigures(report: Report, results: ReportResults): readonly UserError[] {
  const byLabel = new Map(results.cells.map((cell) => [cell.label, cell]));
  return report.cells.flatMap(({ label, language, options, position }) => {
    const result = byLabel.get(label);
    const kind = KINDS.find(({ prefix }) => label.startsWith(prefix));
    const isShown = language !== "vega-lite" && options.output === true && options.include;
    if (kind === undefined || !isShown || result?.state !== "completed" || result.variants.length === 0) return [];
    if (result.variants.some((variant) => displays(variant, kind.name))) return [];
    const hint = `End the cell with ${kind.shownBy}, or give it a label that does not begin with \`${kind.prefix}\`.`;
    const message = `Cell \`${label}\` displays nothing, so there is no ${kind.name}.`;
    return [new UserError(message, { code: kind.code, position, hint })];
  });
}

/** Whether a variant displays a figure or table. A measured cell displays its metrics as a table. */
function displays({ outputs, metrics }: ReportResults["cells"][number]["variants"][number], kind: string): boolean {
  return outputs.some(({ type }) => type === "display") || (kind === "table" && metrics.length > 0);
}

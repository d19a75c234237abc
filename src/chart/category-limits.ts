import { formatNumber } from "../analysis/format.ts";
import { UserError } from "../errors.ts";
import type { ReadyChart } from "../model/ready-charts.ts";
import type { DrawingOptions } from "./draw-anew.ts";

/**
 * Most series of a chart: values of a colour, a shape, a size, a group of marks. The legend of 30 is legible; the time of a drawing, and
 * the size of its page, grow with each.
 */
export const MOST_SERIES = 2000;

/** Most plots of a facet, each a drawing with axes of its own. */
export const MOST_PLOTS = 500;

/** What to do about too many series, names or plots. */
export const SERIES_HINT = "Aggregate the rows in the cell, or draw the largest and sum the others.";

/** Columns of a ready chart's rows whose values have a place, a group or a colour each. */
const NAMED = ["name", "group", "side", "series"] as const;

/** @throws UserError `invalid-chart` where a ready chart has more series or names than can be drawn */
export function checkCategories(chart: ReadyChart, { position }: DrawingOptions): void {
  const rows: readonly object[] = "rows" in chart ? chart.rows : "runs" in chart ? chart.runs : [];
  if (rows.length <= MOST_SERIES) return;
  for (const column of NAMED) {
    const { size } = new Set(rows.map((row) => (row as Readonly<Record<string, unknown>>)[column]));
    if (size <= MOST_SERIES) continue;
    throw new UserError(
      `The chart ${chart.chart} has ${formatNumber(size)} different values of \`${column}\`. The most is ${formatNumber(MOST_SERIES)}.`,
      { code: "invalid-chart", position, hint: SERIES_HINT },
    );
  }
}

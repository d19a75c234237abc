import type { ReadyChart } from "../../model/ready-charts.ts";
import type { ChartKind } from "../layout/frame.ts";
import { rowTexts, whiskerLayers } from "../layout/rows.ts";
import { type MetricMark, metricRows } from "../parts/metric-rows.ts";
import { PAPER } from "../theme.ts";

/** One metric as points with their intervals, a row for each variant. The axis need not begin at zero: differences show. */
export const metricDots: ChartKind<Extract<ReadyChart, { readonly chart: "metric-dots" }>> = metricRows({
  form: "points",
  markOf: ({ name: _, ...mark }: MetricMark) => mark,
  layersOf: (dots, layout, color) => [
    ...whiskerLayers(dots, layout.y, color),
    { mark: { type: "point", size: 64, stroke: PAPER }, encoding: { x: layout.x, y: layout.y, fill: color } },
    ...rowTexts(layout),
  ],
});

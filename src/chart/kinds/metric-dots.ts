import type { ReadyChart } from "../../model/ready-charts.ts";
import { type MetricMark, metricRows } from "../parts/metric-rows.ts";
import { whiskerLayers } from "../parts/row-layers.ts";
import { textLayers } from "../parts/text-layers.ts";
import { PAPER } from "../theme.ts";
import type { ChartKind } from "../types.ts";

/**
 * Chart of one metric as points with intervals; one row for each variant. The axis may begin above zero, to show small
 * differences.
 */
export const metricDots: ChartKind<Extract<ReadyChart, { readonly chart: "metric-dots" }>> = metricRows({
  form: "points",
  markOf: ({ name: _, ...mark }: MetricMark) => mark,
  layersOf: (dots, { layout, x, y, color }) => [
    ...whiskerLayers(dots, y, color),
    { mark: { type: "point", size: 64, stroke: PAPER }, encoding: { x, y, fill: color } },
    ...textLayers(layout.labels),
  ],
});

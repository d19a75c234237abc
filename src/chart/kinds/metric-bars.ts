import type { ReadyChart } from "../../model/ready-charts.ts";
import type { ChartKind } from "../layout/frame.ts";
import { rowTexts, whiskerLayers, zeroLayer } from "../layout/rows.ts";
import { type MetricMark, metricRows } from "../parts/metric-rows.ts";

/** One metric as horizontal bars from zero, a row for each variant. */
export const metricBars: ChartKind<Extract<ReadyChart, { readonly chart: "metric-bars" }>> = metricRows({
  form: "bars",
  markOf: (mark: MetricMark) => ({ ...mark, zero: 0 }),
  layersOf: (bars, layout, color, width) => [
    {
      mark: { type: "bar", height: layout.markHeightPx, orient: "horizontal" },
      encoding: { x: layout.x, x2: { field: "zero" }, y: layout.y, color },
    },
    zeroLayer(layout, width === "wide"),
    ...whiskerLayers(bars, layout.y),
    ...rowTexts(layout),
  ],
});

import type { ReadyChart } from "../../model/ready-charts.ts";
import { type MetricMark, metricRows } from "../parts/metric-rows.ts";
import { barLayer, whiskerLayers, zeroLayer } from "../parts/row-layers.ts";
import { textLayers } from "../parts/text-layers.ts";
import type { ChartKind } from "../types.ts";

/** Chart of one metric as horizontal bars from zero, with intervals; one row for each variant. */
export const metricBars: ChartKind<Extract<ReadyChart, { readonly chart: "metric-bars" }>> = metricRows({
  form: "bars",
  markOf: (mark: MetricMark) => ({ ...mark, zero: 0 }),
  layersOf: (bars, { layout, x, y, color, width }) => [
    barLayer(layout, x, y, color),
    zeroLayer(layout, y, width === "wide"),
    ...whiskerLayers(bars, y),
    ...textLayers(layout.labels),
  ],
});

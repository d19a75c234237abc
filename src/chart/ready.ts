import type { ReadyChart } from "../model/ready-charts.ts";

export type ChartName = ReadyChart["chart"];

/** Names of the ready charts. The names are in this file, so that checking a name does not load the drawing code. */
const NAMES: Readonly<Record<ChartName, true>> = {
  "heap-timeline": true,
  "metric-bars": true,
  "metric-line": true,
  "time-space": true,
  "pause-histogram": true,
  "heap-spaces": true,
  peaks: true,
  "metric-dots": true,
  "metric-groups": true,
  "line-difference": true,
  "flame-graph": true,
};

/** Whether the argument of `chart()` is a ready chart and not a Vega-Lite specification. */
export function isReadyChart(value: object): value is ReadyChart {
  return "chart" in value && typeof value.chart === "string" && Object.hasOwn(NAMES, value.chart);
}

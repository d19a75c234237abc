/** The cell library: `import { measure, params } from "heapbook"`. Bundled into each cell that imports it. */

export type { ClaimEstimate } from "../model/claims.ts";
export type { LineProfile } from "../model/line-profile.ts";
export type { LineTable, Listing } from "../model/line-views.ts";
export type { MetricSummary } from "../model/metrics.ts";
export type { ReadyChart } from "../model/ready-charts.ts";
export type { ResultModule, ResultVariant } from "../model/result-module.ts";
export {
  heapSpaces,
  heapTimeline,
  metricBars,
  metricDots,
  metricLine,
  pauseHistogram,
  peaks,
  sideBySide,
  timeSpace,
} from "./charts.ts";
export { type Claim, claim } from "./claim.ts";
export { compare, lowerBoundOverhead } from "./compare.ts";
export { type ChartSpec, chart, display, type MetricOptions, markdown, metric, type Row } from "./display.ts";
export { difference, type Estimable, ratio } from "./estimate.ts";
export { annotatedListing, flameGraph, lineDifference, lineTable, type TypeTable, typeTable } from "./lines.ts";
export { checkpoint, type Measurement, type MeasureOptions, measure } from "./measuring/measure.ts";
export { references } from "./measuring/references.ts";
export { settle } from "./measuring/settle.ts";
export {
  type Filter,
  type Snapshot,
  type Statistic,
  type StatisticDiff,
  tracemalloc,
} from "./measuring/tracemalloc.ts";
export { params } from "./params.ts";
export { random } from "./random.ts";
export { select, variant } from "./select.ts";
export { type TableColumn, type TableOptions, table } from "./table.ts";

import type { ChartMetric, ChartValue } from "../harness/protocol.ts";
import type { ChartData } from "./types.ts";
import { titleWithUnit } from "./units.ts";

/** Columns of one metric in the table under a chart, in the metric's own unit; the interval only where there is one. */
export function valueColumns(key: string, metric: ChartMetric, exact: boolean): ChartData["columns"] {
  const unit = metric.unit === "count" || metric.unit === "ratio" ? "" : metric.unit;
  const title = titleWithUnit(metric.label, { name: unit, divisor: 1 });
  const value = { key, title, numeric: true };
  if (exact) return [value];
  return [
    value,
    { key: `${key}Low`, title: "interval from", numeric: true },
    { key: `${key}High`, title: "to", numeric: true },
  ];
}

/** The cells that belong to these columns. Six digits after the point: a nanosecond of a millisecond. */
export function valueRow(key: string, value: ChartValue, exact: boolean): ChartData["rows"][number] {
  const round = (number: number): number => Number(number.toFixed(6));
  if (exact) return { [key]: round(value.value) };
  return { [key]: round(value.value), [`${key}Low`]: round(value.low), [`${key}High`]: round(value.high) };
}

import type { ChartMetric, ChartValue } from "../../model/ready-charts.ts";
import { capitalize } from "../layout/frame.ts";
import { type DisplayUnit, formatIn, titleWithUnit } from "../layout/units.ts";
import type { ChartData } from "../types.ts";

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

/** More numbers than this in a row are not listened to. */
const MOST_SPOKEN = 6;

/** A sentence of all values, or of the least and the greatest of many. */
export function summarizeValues(
  label: string,
  unit: DisplayUnit,
  rows: readonly { readonly name: string; readonly value: number }[],
): string {
  const say = (row: { readonly name: string; readonly value: number }): string =>
    `${row.name === "" ? "" : `${row.name} `}${formatIn(unit, row.value)}`;
  const head = capitalize(label);
  const [first] = rows;
  if (first === undefined) return `${head}: nothing measured.`;
  if (rows.length <= MOST_SPOKEN) return `${head}: ${rows.map(say).join(", ")}.`;
  const least = rows.reduce((a, b) => (b.value < a.value ? b : a), first);
  const most = rows.reduce((a, b) => (b.value > a.value ? b : a), first);
  return `${head} of ${rows.length} variants, from ${formatIn(unit, least.value)} (${least.name}) to ${formatIn(unit, most.value)} (${most.name}).`;
}

/** Table columns, and the sentence, for the values of one metric in a chart. */
import { greatest, least } from "d3-array";
import type { ChartMetric, ChartValue } from "../../model/ready-charts.ts";
import { capitalize, join, sentence, withAside, withColon } from "../../words/punctuation.ts";
import { say } from "../../words/say.ts";
import { type DisplayUnit, formatIn, titleWithUnit } from "../layout/display-unit.ts";
import type { ChartData } from "../types.ts";

/** Table columns of a metric, in the metric's unit: the value, and both ends of its interval unless `exact`. */
export function valueColumns(key: string, metric: ChartMetric, exact: boolean): ChartData["columns"] {
  const unit = metric.unit === "count" || metric.unit === "ratio" ? "" : metric.unit;
  const title = titleWithUnit(metric.label, { name: unit });
  const value = { key, title, numeric: true };
  if (exact) return [value];
  return [
    value,
    { key: `${key}Low`, title: say("colIntervalFrom"), numeric: true },
    { key: `${key}High`, title: say("to"), numeric: true },
  ];
}

/** Table cells for `valueColumns`, rounded to six decimals: a time in ms is rounded to a nanosecond. */
export function valueRow(key: string, value: ChartValue, exact: boolean): ChartData["rows"][number] {
  const round = (number: number): number => Number(number.toFixed(6));
  if (exact) return { [key]: round(value.value) };
  return { [key]: round(value.value), [`${key}Low`]: round(value.low), [`${key}High`]: round(value.high) };
}

/** Most numbers listed in the summary for screen readers. */
const MAXIMUM_SPOKEN = 6;

interface NamedValue {
  readonly name: string;
  readonly value: number;
}

/** A sentence with all values; with more than six, only the least and the greatest. */
export function summarizeValues(label: string, unit: DisplayUnit, rows: readonly NamedValue[]): string {
  const sayValue = ({ name, value }: NamedValue): string => `${name === "" ? "" : `${name} `}${formatIn(unit, value)}`;
  const head = capitalize(label);
  const lowest = least(rows, ({ value }) => value);
  const highest = greatest(rows, ({ value }) => value);
  if (lowest === undefined || highest === undefined) return sentence(withColon(head, say("nothingMeasuredHere")));
  if (rows.length <= MAXIMUM_SPOKEN) return sentence(withColon(head, join(rows.map(sayValue), "comma")));
  return say("ofVariants", {
    metric: head,
    n: rows.length,
    low: withAside(formatIn(unit, lowest.value), lowest.name),
    high: withAside(formatIn(unit, highest.value), highest.name),
  });
}
